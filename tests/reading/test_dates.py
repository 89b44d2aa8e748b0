"""What customers mean by a date, and what only looks like one. Today is Friday 2026-05-15."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.languages import LANGUAGES, pack
from bot.reading.dates import DateMention, puts_day_first, read_dates

TODAY = date(2026, 5, 15)  # a Friday
SPOKEN = Path(__file__).parent / "spoken_dates"


def values(text: str, language: str, today: date = TODAY, day_first: bool | None = None) -> list[str]:
    return [mention.date for mention in read_dates(text, today, pack(language, "dates"), day_first)]


ENGLISH = [
    ("I phoned on the seventh and nobody knew anything", "2026-05-07"),
    ("they took it out again on the twenty sixth", "2026-04-26"),
    # a day, in full
    ("It broke on March 3, 2026.", "2026-03-03"),  # Tuesday
    ("It broke on march 3rd 2026", "2026-03-03"),
    ("MARCH 3,2026 I CALLED TWICE", "2026-03-03"),
    ("the 3rd of March, 2026", "2026-03-03"),
    ("3 March 2026", "2026-03-03"),
    ("I paid on the third of March 2026", "2026-03-03"),
    ("31-Oct-24", "2024-10-31"),  # Thursday
    ("Tuesday, March 3, 2026", "2026-03-03"),
    ("on 2026-03-03 at 10:15", "2026-03-03"),
    ("sent 2026-03-03T10:15:00Z", "2026-03-03"),
    ("On 3/3/2026 and again", "2026-03-03"),
    ("on 12/29/25 I called", "2025-12-29"),
    ("On 4-21-26 she returned the modem", "2026-04-21"),
    ("the letter says 2026/03/03", "2026-03-03"),
    # a day without its year: the latest one
    ("since March 3", "2026-03-03"),
    ("Mar. 9th I called", "2026-03-09"),
    ("Feb.4th they came", "2026-02-04"),
    ("on the 31st of December", "2025-12-31"),
    ("on December 31st they cut me off", "2025-12-31"),
    ("Today is May 15", "2026-05-15"),
    ("on May fourteenth", "2026-05-14"),
    ("the twenty-first of April", "2026-04-21"),
    ("on april 14 my bill doubled", "2026-04-14"),
    ("Oct12 I signed up", "2025-10-12"),
    ("On 4/11 I waited all day", "2026-04-11"),
    ("Sunday 4/12 from 10:30", "2026-04-12"),  # Sunday
    ("Sunday, April 12", "2026-04-12"),
    ("since 12/20", "2025-12-20"),
    ("I paid on the 5th.", "2026-05-05"),
    ("on the 28th I called again, and on the 30th", "2026-04-28"),
    ("on the 20th of last month", "2026-04-20"),
    ("Christmas is when it died, it has been dead since Christmas", "2025-12-25"),
    ("on New Year's Day 2026", "2026-01-01"),
    # what lies ahead
    ("the appointment is on May 31", "2026-05-31"),
    ("They were not to be there until May 31", "2026-05-31"),
    ("they will disconnect me on June 3", "2026-06-03"),
    ("my service stops 15 July 2026", "2026-07-15"),
    ("they said they will come on April 28 and nobody came", "2026-04-28"),
    # months, years, seasons
    ("In March my bill went up", "2026-03"),
    ("since last month", "2026-04"),
    ("in March of last year", "2025-03"),
    ("July of 2024", "2024-07"),
    ("October, 2023", "2023-10"),
    ("Sept 2025", "2025-09"),
    ("In 8/2024 a man came to my door", "2024-08"),
    ("Back in 6/24 I signed", "2024-06"),
    ("early March", "2026-03"),
    ("at the end of may 2025", "2025-05"),
    ("in mid-April", "2026-04"),
    ("my February bill", "2026-02"),
    ("in December", "2025-12"),
    ("this month", "2026-05"),
    ("two months ago", "2026-03"),
    ("about 2 months ago", "2026-03"),
    ("2mths ago", "2026-03"),
    ("a month ago", "2026-04"),
    ("I have been without service for two months", "2026-03"),
    ("for the past three months", "2026-02"),
    ("last year", "2025"),
    ("in 2022", "2022"),
    ("earlier this year", "2026"),
    ("early 2025", "2025"),
    ("two years ago", "2024"),
    ("summer 2025", "2025-06/2025-08"),
    # days counted from today
    ("today", "2026-05-15"),
    ("this morning it went down", "2026-05-15"),
    ("yesterday", "2026-05-14"),
    ("last night", "2026-05-14"),
    ("the day before yesterday", "2026-05-13"),  # Wednesday
    ("ten days ago", "2026-05-05"),
    ("It has not worked for 12 days now", "2026-05-03"),
    ("last Tuesday", "2026-05-12"),
    ("last Friday", "2026-05-08"),  # not today
    ("this past Monday", "2026-05-11"),
    ("Tuesday of last week", "2026-05-05"),
    ("tomorrow", "2026-05-16"),
    # weeks and other ranges: Monday to Sunday
    ("last week", "2026-05-04/2026-05-10"),
    ("this week", "2026-05-11/2026-05-17"),
    ("three weeks ago", "2026-04-20/2026-04-26"),
    ("no service for the last three weeks", "2026-04-20/2026-04-26"),
    ("last weekend", "2026-05-09/2026-05-10"),
    ("the week of April 22", "2026-04-20/2026-04-26"),
    ("from May 3 to May 9", "2026-05-03/2026-05-09"),
    ("from May 3rd until the 9th of May", "2026-05-03/2026-05-09"),
    ("May 3-9", "2026-05-03/2026-05-09"),
    ("May 3–9", "2026-05-03/2026-05-09"),
    ("2023~2024", "2023/2024"),
    ("between the 3rd and the 9th of May", "2026-05-03/2026-05-09"),
    ("between May 3 and May 9", "2026-05-03/2026-05-09"),
    ("from December 28 to January 4", "2025-12-28/2026-01-04"),
    ("from Dec 28, 2024 to Jan 4, 2025", "2024-12-28/2025-01-04"),
    ("from 4/11 to 4/14", "2026-04-11/2026-04-14"),
    ("from May-December 2025", "2025-05/2025-12"),
    ("from October to February 2026", "2025-10/2026-02"),
    ("between 2019 and 2021", "2019/2021"),
]

FRENCH = [
    ("j'ai rappelé le douze pis rien", "2026-05-12"),
    ("Depuis le 3 mars 2026", "2026-03-03"),  # mardi
    ("le 1er avril", "2026-04-01"),
    ("le 1er avril 2025", "2025-04-01"),
    ("le premier avril", "2026-04-01"),
    ("LE 2 FÉVRIER 2026", "2026-02-02"),
    ("le 9 oct", "2025-10-09"),
    ("le 9 oct. 2025 j'ai appelé", "2025-10-09"),
    ("le quinze avril", "2026-04-15"),
    ("mardi le 12 mai", "2026-05-12"),
    ("mardi 12 mai 2026", "2026-05-12"),
    ("le 12/04/26", "2026-04-12"),
    ("le 12/04/2026", "2026-04-12"),
    ("panne depuis le 21/11", "2025-11-21"),
    ("reçu le 2026-03-03", "2026-03-03"),
    ("le 3 mai dernier", "2026-05-03"),
    ("le 5 du mois dernier", "2026-04-05"),
    ("depuis le 5, plus rien", "2026-05-05"),
    ("depuis Noël", "2025-12-25"),
    ("nouveau rdv le 20/05", "2026-05-20"),
    ("le technicien viendra le 2 juin", "2026-06-02"),
    ("en février", "2026-02"),
    ("en fevrier 2025", "2025-02"),
    ("début mars", "2026-03"),
    ("à la fin de mars", "2026-03"),
    ("fin septembre", "2025-09"),
    ("à la mi-avril", "2026-04"),
    ("ma facture d'avril", "2026-04"),
    ("au mois d'août 2025", "2025-08"),
    ("en mars de l'an dernier", "2025-03"),
    ("mars dernier", "2026-03"),
    ("le mois dernier", "2026-04"),
    ("ce mois-ci", "2026-05"),
    ("il y a deux mois", "2026-03"),
    ("ya 2 mois", "2026-03"),
    ("depuis deux mois", "2026-03"),
    ("depuis les trois derniers mois", "2026-02"),
    ("ça fait deux mois que j'appelle", "2026-03"),
    ("depuis sept mois", "2025-10"),
    ("l'année dernière", "2025"),
    ("l'an passé", "2025"),
    ("en 2022", "2022"),
    ("depuis 2019", "2019"),
    ("il y a 3 ans", "2023"),
    ("à l'été 2025", "2025-06/2025-08"),
    ("aujourd'hui", "2026-05-15"),
    ("aujourd’hui", "2026-05-15"),
    ("ce matin", "2026-05-15"),
    ("hier", "2026-05-14"),
    ("hier soir", "2026-05-14"),
    ("avant-hier", "2026-05-13"),
    ("il y a dix jours", "2026-05-05"),
    ("depuis 10 jours", "2026-05-05"),
    ("mardi dernier", "2026-05-12"),
    ("mardi de la semaine dernière", "2026-05-05"),
    ("demain", "2026-05-16"),
    ("la semaine passée", "2026-05-04/2026-05-10"),
    ("la semaine dernière", "2026-05-04/2026-05-10"),
    ("il y a trois semaines", "2026-04-20/2026-04-26"),
    ("depuis trois semaines", "2026-04-20/2026-04-26"),
    ("la fin de semaine dernière", "2026-05-09/2026-05-10"),
    ("la semaine du 22 avril", "2026-04-20/2026-04-26"),
    ("du 3 au 9 mai", "2026-05-03/2026-05-09"),
    ("du 28 décembre au 4 janvier", "2025-12-28/2026-01-04"),
    ("entre le 3 et le 9 mai", "2026-05-03/2026-05-09"),
    ("de mai à décembre 2025", "2025-05/2025-12"),
]

ITALIAN = [
    ("ho richiamato il dodici e niente", "2026-05-12"),
    ("il 3 marzo 2026", "2026-03-03"),  # martedì
    ("il primo maggio", "2026-05-01"),
    ("il 1° aprile", "2026-04-01"),
    ("l'8 marzo", "2026-03-08"),
    ("dall'8 marzo non funziona", "2026-03-08"),
    ("martedì 12 maggio", "2026-05-12"),
    ("il quindici aprile", "2026-04-15"),
    ("il 12/04/26", "2026-04-12"),
    ("il 12/04", "2026-04-12"),
    ("dal 21/11", "2025-11-21"),
    ("in data 03.03.2026", "2026-03-03"),
    ("il 5 c.m.", "2026-05-05"),
    ("il 5 u.s.", "2026-04-05"),
    ("il 5 del mese scorso", "2026-04-05"),
    ("dal 3 mar 2026", "2026-03-03"),
    ("a Natale", "2025-12-25"),
    ("a Ferragosto 2025", "2025-08-15"),
    ("l'appuntamento è fissato per il 20 maggio", "2026-05-20"),
    ("a marzo", "2026-03"),
    ("nel marzo 2025", "2025-03"),
    ("ad agosto", "2025-08"),
    ("la bolletta di febbraio", "2026-02"),
    ("metà aprile", "2026-04"),
    ("a fine settembre", "2025-09"),
    ("all'inizio di marzo", "2026-03"),
    ("lo scorso marzo", "2026-03"),
    ("a marzo dell'anno scorso", "2025-03"),
    ("il mese scorso", "2026-04"),
    ("lo scorso mese", "2026-04"),
    ("due mesi fa", "2026-03"),
    ("da due mesi", "2026-03"),
    ("da tre mesi sì", "2026-02"),
    ("sono due mesi che chiamo", "2026-03"),
    ("l'anno scorso", "2025"),
    ("nel 2019", "2019"),
    ("dal 2019", "2019"),
    ("tre anni fa", "2023"),
    ("estate del 2025", "2025-06/2025-08"),
    ("oggi", "2026-05-15"),
    ("stamattina", "2026-05-15"),
    ("ieri", "2026-05-14"),
    ("ieri sera", "2026-05-14"),
    ("l'altro ieri", "2026-05-13"),
    ("dieci giorni fa", "2026-05-05"),
    ("lo scorso martedì", "2026-05-12"),
    ("martedì scorso", "2026-05-12"),
    ("domani", "2026-05-16"),
    ("la settimana scorsa", "2026-05-04/2026-05-10"),
    ("tre settimane fa", "2026-04-20/2026-04-26"),
    ("da tre settimane", "2026-04-20/2026-04-26"),
    ("lo scorso fine settimana", "2026-05-09/2026-05-10"),
    ("la settimana del 22 aprile", "2026-04-20/2026-04-26"),
    ("dal 3 al 9 maggio", "2026-05-03/2026-05-09"),
    ("dal 28 dicembre al 4 gennaio", "2025-12-28/2026-01-04"),
    ("da maggio a dicembre 2025", "2025-05/2025-12"),
]

# What is left open is kept as a range.
VAGUE_ENGLISH = [
    ("a few days ago", "2026-05-10/2026-05-13"),
    ("a couple of weeks ago my bill doubled", "2026-04-20/2026-05-03"),
    ("several months ago", "2025-10/2026-02"),
    ("two or three weeks ago", "2026-04-20/2026-05-03"),
    ("2-3 weeks ago", "2026-04-20/2026-05-03"),
    ("a week or two ago", "2026-04-27/2026-05-10"),
    ("two and a half months ago", "2026-02/2026-03"),
    ("a year and a half ago", "2024/2025"),
    ("over two years ago", "2023/2024"),
    ("almost a month ago", "2026-04/2026-05"),
    ("For more than six weeks the TV has been frozen", "2026-03-09/2026-04-05"),
    ("there is still no dial tone for three weeks", "2026-04-20/2026-04-26"),
    ("I've had no internet for 3 days", "2026-05-12"),
    ("no wifi for three days", "2026-05-12"),
    ("I haven't had service in 4 days", "2026-05-11"),
    ("the line has been dead for about a month", "2026-04"),
    ("It's been two weeks and nobody came", "2026-04-27/2026-05-03"),
    ("Our phones have been out 12 days now", "2026-05-03"),
    ("over the last few months my speed halved", "2025-12/2026-05"),
    ("In the past four months I paid for nothing", "2026-01/2026-05"),
    ("these past few weeks", "2026-04-06/2026-05-15"),
    ("for the past couple of weeks", "2026-04-20/2026-05-03"),
    ("last summer", "2025-06/2025-08"),
    ("this winter", "2025-12/2026-02"),
    ("back in the fall", "2025-09/2025-11"),
    ("since the spring", "2026-03/2026-05"),
    ("It broke over the holidays", "2025-12/2026-01"),
    ("around Christmas", "2025-12"),
    ("since Easter Monday", "2026-04-06"),
    ("on Good Friday 2025", "2025-04-18"),
    ("since Thanksgiving", "2025-10-13"),
    ("since Labour Day", "2025-09-01"),
    ("between March and May", "2026-03/2026-05"),
    ("at the end of last month", "2026-04"),
    ("at the beginning of the month", "2026-05"),
    ("mid-2025", "2025"),
    ("since Monday", "2026-05-11"),
    ("on Tuesday the router died", "2026-05-12"),
    ("since the 12th", "2026-05-12"),
]

VAGUE_FRENCH = [
    ("il y a quelques jours", "2026-05-10/2026-05-13"),
    ("depuis quelques semaines, plus de signal", "2026-04-06/2026-05-03"),
    ("depuis plusieurs mois", "2025-10/2026-02"),
    ("il y a une couple de semaines", "2026-04-20/2026-05-03"),
    ("il y a deux ou trois semaines", "2026-04-20/2026-05-03"),
    ("il y a un mois et demi", "2026-03/2026-04"),
    ("il y a plus de deux ans", "2023/2024"),
    ("ça fait presque un mois", "2026-04/2026-05"),
    ("depuis environ deux mois", "2026-03"),
    ("Bonjour, trois semaines que j'attends", "2026-04-20/2026-04-26"),
    ("ces derniers mois", "2025-12/2026-05"),
    ("dans les dernières semaines", "2026-04-06/2026-05-15"),
    ("l'été dernier", "2025-06/2025-08"),
    ("cet hiver", "2025-12/2026-02"),
    ("à l'automne", "2025-09/2025-11"),
    ("aux fêtes", "2025-12/2026-01"),
    ("pendant le temps des fêtes", "2025-12/2026-01"),
    ("autour de Noël", "2025-12"),
    ("depuis Pâques", "2026-04-05"),
    ("depuis l'Action de grâce", "2025-10-13"),
    ("à la mi-mai", "2026-05"),
    ("vers la fin mars", "2026-03"),
    ("entre mars et mai", "2026-03/2026-05"),
    ("à cheval sur mars et avril", "2026-03/2026-04"),
    ("à la fin du mois dernier", "2026-04"),
    ("depuis le début du mois", "2026-05"),
    ("depuis lundi", "2026-05-11"),
    ("mardi la ligne était coupée", "2026-05-12"),
    ("Le service a coupé le 12 et rien depuis", "2026-05-12"),
    ("depuis le 12", "2026-05-12"),
]

VAGUE_ITALIAN = [
    ("pochi giorni fa", "2026-05-10/2026-05-13"),
    ("da qualche settimana", "2026-04-06/2026-05-03"),
    ("da parecchi mesi", "2025-10/2026-02"),
    ("un paio di settimane fa", "2026-04-20/2026-05-03"),
    ("due o tre settimane fa", "2026-04-20/2026-05-03"),
    ("un mese e mezzo fa", "2026-03/2026-04"),
    ("più di due anni fa", "2023/2024"),
    ("da quasi un mese", "2026-04/2026-05"),
    ("da circa due mesi", "2026-03"),
    ("Tre settimane che aspetto", "2026-04-20/2026-04-26"),
    ("negli ultimi mesi", "2025-12/2026-05"),
    ("negli ultimi due mesi", "2026-03/2026-05"),
    ("la scorsa estate", "2025-06/2025-08"),
    ("quest'inverno", "2025-12/2026-02"),
    ("durante le feste", "2025-12/2026-01"),
    ("sotto le feste", "2025-12/2026-01"),
    ("sotto Natale", "2025-12"),
    ("da Pasqua", "2026-04-05"),
    ("verso metà marzo", "2026-03"),
    ("ai primi di aprile", "2026-04"),
    ("tra marzo e maggio", "2026-03/2026-05"),
    ("a cavallo tra marzo e aprile", "2026-03/2026-04"),
    ("a metà del mese scorso", "2026-04"),
    ("da inizio mese", "2026-05"),
    ("ieri l'altro", "2026-05-13"),
    ("da lunedì", "2026-05-11"),
    ("Martedì è saltata la linea", "2026-05-12"),
    ("La linea è caduta il 12 e da allora niente", "2026-05-12"),
    ("dal 12 non funziona", "2026-05-12"),
]

READ = [
    *(("en", *row) for row in ENGLISH),
    *(("en", *row) for row in VAGUE_ENGLISH),
    *(("fr", *row) for row in VAGUE_FRENCH),
    *(("it", *row) for row in VAGUE_ITALIAN),
    *(("fr", *row) for row in FRENCH),
    *(("it", *row) for row in ITALIAN),
]


@pytest.mark.parametrize(("language", "text", "expected"), READ)
def test_the_first_date_of_a_text_is_read(language, text, expected):
    assert values(text, language)[:1] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        # speeds, prices, fractions, plans
        "I get 1/4 of the speed I pay for",
        "Comcast charges 2/3 of the bundled price",
        "on 1/4 of my line",
        "the 5/10 upgrade",
        "plan 100/20",
        "on plan 5/10",
        "I would give them 1/10",
        "they want 3-4 payments",
        "it runs at 12.5 mbps, not 20/20",
        "a total of 2015 dollars",
        "speeds from 2000 to 1500",
        "my balance is $2,015",
        "from 2000 mbps down to nothing",
        # times and numbers
        "support 24/7",
        "at 10:30 or 11:15 pm",
        "call me at 514-555-0199",
        "my ticket is 12-3456-78",
        "firmware 10.2.15",
        "version 4.11.2020",
        "router at 192.168.1.1",
        "unit 5/12",
        "the 2nd time, the third technician, the first call",
        "I live at 1990 King Street",
        "on the 5th floor",
        "on the 3rd call",
        "the promo euro2024",
        # months that are verbs and names, days that are words
        "I may call again",
        "you may 2 or 3 times",
        "this may be wrong",
        "I will march into your office",
        "I spoke to April and then with June",
        "your agent May hung up",
        "the other 2 may call",
        "an august company",
        "the sun was out and we sat there",
        "in may cases",
        "mar the screen, dec the halls",
        # lengths, terms, and times not to be known
        "a 2-year contract",
        "I signed for 2 years",
        "a rate locked for 12 months",
        "they told me to wait for two weeks",
        "I have been a loyal customer for 15 years",
        "1.5 years ago",
        "half a year ago",
        "less than a month ago",
        "it's been fixed for good",
        "I have been a user for at least five years now",
        "they told me the repair would take a few weeks",
        "a couple of channels are missing",
        "two weeks of service",
        "I had no phone for two days",
        "over 2000 mbps",
        "over the phone",
        "this summer",  # still ahead
        "I will call you in the summer",
        "before the holidays",
        "open on Monday to Friday",
        "Can you come on Tuesday?",
        "They promised someone on Monday",
        "the technician is supposed to come Tuesday",
        "every Monday I called",
        "at the end of the month",  # the last one, or this one?
        "at the beginning of each month",
        "an hour ago",
        "they told me the refund would come in 28 days",
        "next week they will come",
        "they should be here next Friday",
        "the previous week of that story",
        "I was promised a call within two days and nobody called me",
        "three days before the appointment",
        "two weeks before my birthday",
        "a quarter of my bill",
        "the last half hour I was on hold with one of your agents",
        "the last quarter of the bill is wrong and I never agreed to it",
        "3 of this month's bills are wrong and none of them was ever sent to me",
        "on Friday 2 men came and left again without a word about my line",
        "three days after January 12 they came",
        "the first half of the call",
        "the third quarter of the price",
        "the rest of the month's bill was fine and I paid it as always",
        "two thousand dollars a year",
        "nineteen ninety nine a month",
        "Chinese New Year",
        "the Boxing Day special",
        "every other Friday",
        "Tuesday afternoons",
        "eighties music channels",
        "I may be in my mid sixties but I can read a bill",
        "my download speed was in the 80s all of the time",
        "room 2016",
        "in the back yard",
        "the same day, the next day, every day",
        "the last week of May",
        "they said the first Friday of next month would be the latest they could come",
        "the last month of my contract",
        "in the last month I called ten times",
        "every March",
        "the other day",
        "the Christmas special",
        "today's prices",
        "on Friday",  # last or next?
        "they promised a technician would come tomorrow, and he never did",
        # dates that do not exist, or contradict themselves
        "on February 30, 2026",
        "on 13/32/2026",
        "Monday, March 3, 2026",  # a Tuesday
        "in 1875",
        "in 2042",
        # ahead or a year back: ask
        "on May 28",
        "in June",
        "they cannot fix it until December",
        "my contract expires on December 1",
        "it was on May 5 or 6",
        "either March or April",
        "on the 1st, the 5th and so on",
        "September the twenty-first, nineteen forty eight",
        "the 31st of April 2026",
    ],
)
def test_english_words_and_numbers_that_are_no_date(text):
    assert values(text, "en") == []


@pytest.mark.parametrize(
    "text",
    [
        "le 1/4 de la vitesse",
        "les 2/3 du prix",
        "le forfait 5/10",
        "ouvert 24/7 ou 7j/7",
        "24 h sur 24, de 9h à 17h30",
        "la version 10.2.15",
        "le 5 à 7 du vendredi",
        "la 2e fois",
        "le 2e technicien",
        "la promo euro2024",
        "le 450-555-0199",
        "1990 rue Sainte-Catherine",
        "un montant de 2015 dollars",
        "une barre mars",
        "la mer et le sam",
        "un contrat de 2 ans",
        "pour deux ans",
        "client depuis 15 ans",
        "un engagement depuis 24 mois",
        "il y a deux mois de retard",
        "moins d'un mois",
        "la ligne a été coupée, le modem aussi",
        "le lundi, j'ai congé",
        "un technicien devait passer mardi",
        "il me manque une couple de chaînes",
        "une hausse le 12 % de trop",
        "j'ai appuyé sur le 12",
        "j'ai composé le 12 pour parler à quelqu'un",
        "les deux semaines que j'ai passées à la campagne",
        "à la fin du mois",
        "il y a une heure",
        "on m'avait dit que je serais remboursé dans trois semaines, et rien",
        "ils vont venir la semaine prochaine",
        "il devrait passer vendredi prochain",
        "on m'a promis un appel d'ici deux jours et personne n'a appelé",
        "trois jours avant le rendez-vous",
        "deux semaines avant ma fête",
        "le premier trimestre de mon contrat, c'était gratuit",
        "deux mille piastres par année",
        "j'habite à Saint-Jean",
        "le spécial de l'Action de grâce",
        "un vendredi sur deux",
        "la deuxième fois, le troisième technicien",
        "le lendemain",
        "la dernière semaine de mai",
        "chaque mois",
        "tous les mardis",
        "ils m'avaient dit que ce serait réglé demain, et toujours rien",
        "le 30 février 2026",
        "lundi 3 mars 2026",  # un mardi
        "le 28 mai",
        "en juin",
        "c'était le 5 ou le 6 mai",
        "j'ai fait le 1, puis le 2",
        "le 10 septembre mille neuf cent quarante-huit",
        "le 31 avril 2026",
    ],
)
def test_french_words_and_numbers_that_are_no_date(text):
    assert values(text, "fr") == []


@pytest.mark.parametrize(
    "text",
    [
        "1/4 della velocità",
        "i 2/3 del prezzo",
        "l'offerta 100/20",
        "assistenza 24/7",
        "alle 10:30 e alle 18",
        "la versione 10.2.15",
        "la seconda volta, il primo tecnico",
        "sei in ritardo",
        "non mi avete mai richiamato",
        "un set di canali, il mar aperto, la gen Z",
        "via Roma 1990",
        "l'euro2024",
        "un contratto per 2 anni",
        "vincolato da 24 mesi",
        "cliente da 15 anni",
        "un'ora fa",
        "meno di un mese fa",
        "il lunedì chiamo sempre",
        "dal lunedì al venerdì",
        "il tecnico doveva venire martedì",
        "mi manca un paio di canali",
        "il 12% in più",
        "ho digitato il 12",
        "entro il 12 mi hanno detto",
        "da 30 a 50 mega",
        "a fine mese",
        "mi avevano detto che mi rimborsavano tra tre settimane, e niente",
        "la settimana prossima verrà il tecnico",
        "dovrebbe passare venerdì prossimo",
        "mi hanno promesso di chiamare entro due giorni e nessuno ha chiamato",
        "tre giorni prima dell'appuntamento",
        "due settimane prima del mio compleanno",
        "il primo trimestre del mio contratto",
        "duemila dollari all'anno",
        "l'offerta di Natale",
        "un venerdì sì e uno no",
        "la seconda volta, il terzo tecnico",
        "dalle cinque alle sette",
        "il giorno dopo",
        "l'ultima settimana di maggio",
        "ogni mese",
        "mi avevano detto che il tecnico veniva domani, invece niente",
        "il 30 febbraio 2026",
        "lunedì 3 marzo 2026",  # un martedì
        "il 28 maggio",
        "a giugno",
        "era il 5 o il 6 maggio",
        "ho premuto il 2",
        "nel 1875",
        "il dieci settembre millenovecentoquarantotto",
        "il 31 aprile 2026",
    ],
)
def test_italian_words_and_numbers_that_are_no_date(text):
    assert values(text, "it") == []


def test_dates_come_in_order_of_appearance_with_their_words():
    text = "In July of 2024 I signed; on Feb.4th it failed, and yesterday (5/14) nobody came."
    assert read_dates(text, TODAY, pack("en", "dates")) == [
        DateMention(3, 15, "July of 2024", "2024-07", "month"),
        DateMention(29, 36, "Feb.4th", "2026-02-04", "day"),
        DateMention(52, 61, "yesterday", "2026-05-14", "day"),
    ]


def test_a_messy_paragraph():
    text = (
        "In may i called, they said it'd be 3-5 days. MAY 4TH,2026 at 8am tech came (ticket 12-3456), left "
        "at 9:15; my bill was $120.50, plan 100/20, i get 1/4 of it. On the 6th again. Paid 04/11/26 & last "
        "week, since then no internet 24/7!! I may leave, i've been a customer for 10 years."
    )
    expected = ["2026-05", "2026-05-04", "2026-05-06", "2026-04-11", "2026-05-04/2026-05-10"]
    assert values(text, "en") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On April 4 I called, then on the 6th they came", ["2026-04-04", "2026-04-06"]),
        ("In April I called on the 20th.", ["2026-04", "2026-04-20"]),
        ("On April 14 I called and on the 6th", ["2026-04-14"]),  # of April or of May?
        ("On June 3 they will come, or was it on the 6th?", ["2026-06-03", "2026-06-06"]),
        ("in March and April", ["2026-03", "2026-04"]),
        ("April 3 and April 9, 2025", ["2026-04-03", "2025-04-09"]),
    ],
)
def test_each_date_of_a_story_is_read(text, expected):
    assert values(text, "en") == expected


@pytest.mark.parametrize(
    "text", ["9" * 5000, "1-1-" * 500, "may " * 500, "0/0/0000", "٣/٤", "00-00-00", "2026-00-00"]
)
def test_hostile_text_holds_no_date_and_does_no_harm(text):
    assert values(text, "en") == []


def test_precisions():
    text = "In 2024, in March 2025, on April 3 2026 and from May 3 to May 9"
    found = [(mention.date, mention.precision) for mention in read_dates(text, TODAY, pack("en", "dates"))]
    assert found == [
        ("2024", "year"),
        ("2025-03", "month"),
        ("2026-04-03", "day"),
        ("2026-05-03/2026-05-09", "range"),
    ]


def test_the_date_itself_counts_more_than_the_word_today():
    assert values("Today, May 13, 2026, it failed again", "en") == ["2026-05-13"]


@pytest.mark.parametrize(
    ("language", "said", "days"),
    [
        ("en", "the 3rd and the 9th of May", ["2026-05-03", "2026-05-09"]),
        ("fr", "le trois et le neuf mai", ["2026-05-03", "2026-05-09"]),
        ("fr", "le trois avril pis le vingt-huit", ["2026-04-03", "2026-04-28"]),
        ("it", "il 3 e il 9 maggio", ["2026-05-03", "2026-05-09"]),
        ("it", "l'ho disdetta il tredici aprile ed è uscita il ventisei", ["2026-04-13", "2026-04-26"]),
        ("it", "ho ricevuto 3 e il 9 maggio", ["2026-05-09"]),
        ("fr", "le douze avril j'ai pesé sur le deux pis le trois", ["2026-04-12"]),
    ],
)
def test_two_days_of_one_month_are_two_and_no_range(language, said, days):
    assert values(said, language) == days


class TestOrderOfDayAndMonth:
    def test_english_puts_the_month_first(self):
        assert values("on 3/4/2026", "en") == ["2026-03-04"]

    def test_french_and_italian_put_the_day_first(self):
        assert values("le 3/4/2026", "fr") == ["2026-04-03"]
        assert values("il 3/4/2026", "it") == ["2026-04-03"]

    def test_another_date_of_the_text_settles_it(self):
        assert values("on 3/4/2026 and 25/4/2026", "en") == ["2026-04-03", "2026-04-25"]
        assert values("le 3/4/2026 et le 4/25/2026", "fr") == ["2026-03-04", "2026-04-25"]

    def test_the_caller_can_settle_it(self):
        assert values("on 3/4/2026", "en", day_first=True) == ["2026-04-03"]

    def test_other_dates_of_the_text_outweigh_the_caller(self):
        assert values("on 3/4/2026 and 4/25/2026", "en", day_first=True) == ["2026-03-04", "2026-04-25"]

    @pytest.mark.parametrize("language", ["en", "fr", "it"])
    def test_in_quebec_the_day_comes_first(self, language):
        assert puts_day_first(pack(language, "dates"), "QC") is True

    def test_elsewhere_the_language_tells(self):
        assert puts_day_first(pack("en", "dates"), "ON") is None
        assert puts_day_first(pack("en", "dates"), None) is None
        quebec = puts_day_first(pack("en", "dates"), "QC")
        assert values("on 3/4/2026", "en", day_first=quebec) == ["2026-04-03"]

    def test_a_default_that_would_lie_ahead_while_the_other_lies_back_is_left_open(self):
        assert values("on 12/4/2026", "en") == []


class TestYearLeftOpen:
    def test_today_and_the_days_before_are_of_this_year(self):
        assert values("May 15", "en") == ["2026-05-15"]
        assert values("January 2", "en") == ["2026-01-02"]

    def test_a_day_still_far_off_is_last_years(self):
        assert values("on November 2", "en") == ["2025-11-02"]

    def test_since_always_looks_back(self):
        assert values("since May 28", "en") == ["2025-05-28"]
        assert values("depuis juin", "fr") == ["2025-06"]

    def test_a_weekday_can_show_that_the_day_is_ahead(self):
        assert values("Thursday, May 28", "en") == ["2026-05-28"]

    def test_last_march_is_last_years_when_english_leaves_no_doubt(self):
        assert values("last September", "en") == ["2025-09"]
        assert values("last March", "en") == []

    def test_february_29_is_read_only_in_a_leap_year(self):
        assert values("on February 29, 2024", "en") == ["2024-02-29"]
        assert values("on February 29, 2026", "en") == []

    @pytest.mark.parametrize("language", ["en", "fr", "it"])
    def test_an_empty_text_holds_no_date(self, language):
        assert values("", language) == []


@pytest.mark.parametrize("language", ["fr", "it"])
def test_every_language_knows_the_same_kinds_of_words(language):
    assert pack(language, "dates").keys() == pack("en", "dates").keys()


EACH_DATE = {
    "en": [
        ("they took 20 to 30 from my account last month, and nobody told me why", ["2026-04"]),
        ("they took 20 to 30 last month from my account, and nobody told me why", ["2026-04"]),
        ("on 4/11, 3 technicians came", ["2026-04-11"]),
        ("in 2025 - 3 technicians came and none of them could tell me what it was", ["2025"]),
        ("I last week sat on the phone for an hour and nobody ever came to it", ["2026-05-04/2026-05-10"]),
        ("in 2024! 2025 was no better, and I am still waiting for somebody to call", ["2024"]),
        ("in 2024 May 3 times was enough to make me leave you for good I said", ["2024"]),
        # a month with one letter missing, added, wrong or swapped counts beside a day
        ("charged twice on aprl 28", ["2026-04-28"]),
        ("the 3rd of febuary", ["2026-02-03"]),
        ("since Janaury 5", ["2026-01-05"]),
        ("I saw a match with 12 friends", []),
        ("aprl was fine", []),
        # a sum after a date is no year
        ("on May 2, 47 dollars were taken", ["2026-05-02"]),
        ("on May 2, 2000 dollars were taken", ["2026-05-02"]),
        # a length in the past is no date, one that goes on is
        ("You cut my line on May 12 and I had no phone for two days, still no apology", ["2026-05-12"]),
        ("Two agents still have not called, I have been waiting for two days", ["2026-05-13"]),
        ("someone made calls over the weekend", ["2026-05-09/2026-05-10"]),
        ("nobody ever answers the phone at your office over the weekend", []),
        ("a technician will come over the weekend", []),
        # how long somebody has been a customer
        ("a customer since 2014", []),
        ("I have been with you since 2009 and my line is dead since May 3", ["2026-05-03"]),
        ("a customer with no internet since May 8", ["2026-05-08"]),
        ("a new customer since January", ["2026-01"]),
        # what it was not
        ("it was April 15, not in March", ["2026-04-15"]),
        ("sorry, I meant April 27, not April 26", ["2026-04-27", "2026-04-26"]),
        ("not in March 2026", ["2026-03"]),
    ],
    "fr": [
        ("le 4 avirl", ["2026-04-04"]),
        ("le 3 fevrir", ["2026-02-03"]),
        ("le 12 jullet", ["2025-07-12"]),
        ("depuis le 2 mai, 47 $ ont disparu", ["2026-05-02"]),
        ("Le 12 mai, j’ai été sans téléphone pendant deux jours", ["2026-05-12"]),
        ("en fin de semaine, quelqu’un a fait des appels", ["2026-05-09/2026-05-10"]),
        ("sa fait 2 semaine", ["2026-04-27/2026-05-03"]),
        ("caa fait 3 jours que ça marche pas", ["2026-05-12"]),
        ("je suis client chez vous depuis 2011", []),
        ("un client sans Internet depuis le 8 mai", ["2026-05-08"]),
        ("c’était le 15 avril, pas en mars", ["2026-04-15"]),
        ("le 27 avril, pas le 26 avril", ["2026-04-27", "2026-04-26"]),
    ],
    "it": [
        ("il 4 magio", ["2026-05-04"]),
        ("il 12 apirle", ["2026-04-12"]),
        ("il 3 Marco mi ha chiamato", []),
        ("l’ultima il 2 maggio, 47 dollari", ["2026-05-02"]),
        ("restituito il 15 aprile, 120 $", ["2026-04-15"]),
        ("Il 12 maggio sono rimasto senza telefono per due giorni", ["2026-05-12"]),
        ("nel fine settimana sono partite chiamate", ["2026-05-09/2026-05-10"]),
        ("nel fine settimana arriverà il tecnico", []),
        ("sono cliente dal 2011", []),
        ("sono vostro cliente da marzo 2011", []),
        ("sì ma era il 15 aprile, non marzo", ["2026-04-15"]),
        ("era il 27 aprile, non il 26 aprile", ["2026-04-27", "2026-04-26"]),
    ],
}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [(language, *row) for language, rows in EACH_DATE.items() for row in rows],
)
def test_what_stands_beside_a_date_is_weighed(language, text, expected):
    assert values(text, language) == expected


# What points ahead or back in so many words, where it is all that is said.
POINTED_AT = {
    "en": [
        ("in 28 days", "2026-06-12"),  # Friday
        ("in two months", "2026-07"),
        ("five weeks from now", "2026-06-15/2026-06-21"),
        ("a year from today", "2027"),
        ("within ten days", "2026-05-15/2026-05-25"),
        ("next month", "2026-06"),
        ("next year", "2027"),
        ("the coming week", "2026-05-18/2026-05-24"),
        ("the week after next", "2026-05-25/2026-05-31"),
        ("next weekend", "2026-05-23/2026-05-24"),
        ("this weekend", "2026-05-16/2026-05-17"),
        ("next Friday", "2026-05-22"),  # today is a Friday
        ("two Tuesdays ago", "2026-05-05"),
        ("three Mondays from now", "2026-06-01"),
        ("next Wednesday", "2026-05-20"),
        ("this Sunday", "2026-05-17"),
        ("next week Monday", "2026-05-18"),
        ("Thursday of next week", "2026-05-21"),
        ("the next three days", "2026-05-16/2026-05-18"),
        ("the next two months", "2026-06/2026-07"),
        ("the last four days", "2026-05-11/2026-05-15"),
        ("past 2 months", "2026-03/2026-05"),
        ("previous week", "2026-05-04/2026-05-10"),
        ("early last week", "2026-05-04/2026-05-06"),
        ("at the end of next week", "2026-05-21/2026-05-24"),
        ("in the past week", "2026-05-04/2026-05-15"),
        ("this coming Monday", "2026-05-18"),
        ("maybe 4 next month", "2026-06"),
        ("the past two quarters", "2025-10/2026-03"),
        ("the 8th of next month", "2026-06-08"),
        ("next August", "2026-08"),
        ("in August of next year", "2027-08"),
        ("two days after tomorrow", "2026-05-18"),
        ("a year after May 4, 2025", "2026-05-04"),
        ("three weeks before May 4, 2025", "2025-04-13"),
        ("two months and five days ago", "2026-03-10"),
        ("from yesterday to tomorrow", "2026-05-14/2026-05-16"),
        ("between June 2024 and today", "2024-06-01/2026-05-15"),
        ("the rest of the week", "2026-05-15/2026-05-17"),
    ],
    "fr": [
        ("dans 28 jours", "2026-06-12"),
        ("dans deux mois", "2026-07"),
        ("d'ici dix jours", "2026-05-15/2026-05-25"),
        ("le mois prochain", "2026-06"),
        ("l'an prochain", "2027"),
        ("la semaine suivante", "2026-05-18/2026-05-24"),
        ("au début de la semaine passée", "2026-05-04/2026-05-06"),
        ("à la fin de la semaine prochaine", "2026-05-21/2026-05-24"),
        ("les deux derniers trimestres", "2025-10/2026-03"),
        ("la semaine après la prochaine", "2026-05-25/2026-05-31"),
        ("la fin de semaine prochaine", "2026-05-23/2026-05-24"),
        ("cette fin de semaine", "2026-05-16/2026-05-17"),
        ("vendredi prochain", "2026-05-22"),
        ("il y a deux mardis", "2026-05-05"),
        ("dans trois lundis", "2026-06-01"),
        ("mercredi prochain", "2026-05-20"),
        ("ce dimanche", "2026-05-17"),
        ("lundi de la semaine prochaine", "2026-05-18"),
        ("lundi en huit", "2026-05-25"),
        ("les trois prochains jours", "2026-05-16/2026-05-18"),
        ("les deux prochains mois", "2026-06/2026-07"),
        ("les quatre derniers jours", "2026-05-11/2026-05-15"),
        ("les 2 derniers mois", "2026-03/2026-05"),
        ("le 8 du mois prochain", "2026-06-08"),
        ("en août de l'an prochain", "2027-08"),
        ("deux jours après le 4 mai 2025", "2025-05-06"),
        ("trois semaines avant le 4 mai 2025", "2025-04-13"),
        ("il y a deux mois et cinq jours", "2026-03-10"),
        ("d'hier à demain", "2026-05-14/2026-05-16"),
        ("entre juin 2024 et aujourd'hui", "2024-06-01/2026-05-15"),
        ("le reste de la semaine", "2026-05-15/2026-05-17"),
    ],
    "it": [
        ("tra 28 giorni", "2026-06-12"),
        ("fra due mesi", "2026-07"),
        ("entro dieci giorni", "2026-05-15/2026-05-25"),
        ("il mese prossimo", "2026-06"),
        ("il prossimo anno", "2027"),
        ("la settimana successiva", "2026-05-18/2026-05-24"),
        ("all'inizio della settimana scorsa", "2026-05-04/2026-05-06"),
        ("alla fine della prossima settimana", "2026-05-21/2026-05-24"),
        ("gli ultimi due trimestri", "2025-10/2026-03"),
        ("la settimana dopo la prossima", "2026-05-25/2026-05-31"),
        ("il prossimo fine settimana", "2026-05-23/2026-05-24"),
        ("questo fine settimana", "2026-05-16/2026-05-17"),
        ("venerdì prossimo", "2026-05-22"),
        ("due domeniche fa", "2026-05-03"),
        ("tra tre lunedì", "2026-06-01"),
        ("mercoledì prossimo", "2026-05-20"),
        ("questa domenica", "2026-05-17"),
        ("lunedì della prossima settimana", "2026-05-18"),
        ("i prossimi tre giorni", "2026-05-16/2026-05-18"),
        ("i prossimi due mesi", "2026-06/2026-07"),
        ("gli ultimi quattro giorni", "2026-05-11/2026-05-15"),
        ("i due mesi scorsi", "2026-03/2026-05"),
        ("l'8 del mese prossimo", "2026-06-08"),
        ("nell'agosto del prossimo anno", "2027-08"),
        ("due giorni dopo il 4 maggio 2025", "2025-05-06"),
        ("tre settimane prima del 4 maggio 2025", "2025-04-13"),
        ("due mesi e cinque giorni fa", "2026-03-10"),
        ("da ieri a domani", "2026-05-14/2026-05-16"),
        ("tra giugno 2024 e oggi", "2024-06-01/2026-05-15"),
        ("il resto della settimana", "2026-05-15/2026-05-17"),
    ],
}

# Parts of months and years, decades, holidays.
PARTS = {
    "en": [
        ("it broke on the second Tuesday of March 2025", "2025-03-11"),
        ("the last day of February 2024 was the worst", "2024-02-29"),
        ("the first Monday of last month", "2026-04-06"),
        ("the third week of January 2025", "2025-01-15/2025-01-21"),
        ("the third week of September 2025", "2025-09-15/2025-09-21"),  # Monday to Sunday
        ("the first week of 2025", "2024-12-30/2025-01-05"),
        ("the last two weeks of March 2025", "2025-03-17/2025-03-30"),
        ("the first three months of 2024", "2024-01/2024-03"),
        ("the last weekend of June 2025", "2025-06-28/2025-06-29"),
        ("the second quarter of 2025", "2025-04/2025-06"),
        ("Q4 2024", "2024-10/2024-12"),
        ("the first half of 2025", "2025-01/2025-06"),
        ("last quarter", "2026-01/2026-03"),
        ("the first half of June 2025", "2025-06-01/2025-06-15"),
        ("the weekend of May 2, 2026", "2026-05-02/2026-05-03"),
        ("from mid 2024 to early 2025", "2024/2025"),
        ("from June 2024 to May 4, 2025", "2024-06-01/2025-05-04"),
        ("6 June - 8 June 2025", "2025-06-06/2025-06-08"),
        ("from the 2nd to May 7", "2026-05-02/2026-05-07"),
        ("this year's first quarter", "2026-01/2026-03"),
        ("the summer of last year", "2025-06/2025-08"),
        ("in the 2010s", "2010/2019"),
        ("back in the 80s", "1980/1989"),
        ("2019-2021", "2019/2021"),
        ("2019", "2019"),
        ("since '19", "2019"),
        ("11 / 2025", "2025-11"),
        ("2025, March 3", "2025-03-03"),
        ("04 30 2025", "2025-04-30"),
        ("Friday the 8th I called", "2026-05-08"),
        ("the week starting April 15, 2025", "2025-04-15/2025-04-21"),
        ("Victoria Day 2025", "2025-05-19"),
        ("on Canada Day 2025", "2025-07-01"),
        ("Thanksgiving 2024", "2024-10-14"),
        ("Family Day 2026", "2026-02-16"),
        ("Labour Day weekend 2025", "2025-08-30/2025-09-01"),
        ("Boxing Day", "2025-12-26"),
        ("over the Labour Day weekend", "2025-08-30/2025-09-01"),
        ("the winter of 2024-2025", "2024-12/2025-02"),
        ("4/10 to 4/14", "2026-04-10/2026-04-14"),
        ("three days a week until May 4, 2025", "2025-05-04"),
        ("Black Friday 2025", "2025-11-28"),
        ("last Easter", "2026-04-05"),
        ("next Christmas", "2026-12-25"),
    ],
    "fr": [
        ("ça a lâché le deuxième mardi de mars 2025", "2025-03-11"),
        ("le dernier jour de février 2024", "2024-02-29"),
        ("le premier lundi du mois dernier", "2026-04-06"),
        ("la troisième semaine de janvier 2025", "2025-01-15/2025-01-21"),
        ("la première semaine de 2025", "2024-12-30/2025-01-05"),
        ("les deux dernières semaines de mars 2025", "2025-03-17/2025-03-30"),
        ("les trois premiers mois de 2024", "2024-01/2024-03"),
        ("la dernière fin de semaine de juin 2025", "2025-06-28/2025-06-29"),
        ("au deuxième trimestre de 2025", "2025-04/2025-06"),
        ("T4 2024", "2024-10/2024-12"),
        ("le premier semestre 2025", "2025-01/2025-06"),
        ("le trimestre dernier", "2026-01/2026-03"),
        ("la première moitié de juin 2025", "2025-06-01/2025-06-15"),
        ("la fin de semaine du 2 mai 2026", "2026-05-02/2026-05-03"),
        ("de juin 2024 au 4 mai 2025", "2024-06-01/2025-05-04"),
        ("dans les années 80", "1980/1989"),
        ("2019", "2019"),
        ("11 / 2025", "2025-11"),
        ("30 04 2025", "2025-04-30"),
        ("vendredi le 8, j'ai appelé", "2026-05-08"),
        ("la fête de la Reine 2025", "2025-05-19"),
        ("à la fête du Canada 2025", "2025-07-01"),
        ("à la Saint-Jean 2025", "2025-06-24"),
        ("Action de grâce 2024", "2024-10-14"),
        ("fête du Travail 2025", "2025-09-01"),
        ("lendemain de Noël", "2025-12-26"),
        ("durant la fin de semaine de la fête du Travail", "2025-08-30/2025-09-01"),
        ("l'hiver 2024-2025", "2024-12/2025-02"),
        ("10/4 au 14/4", "2026-04-10/2026-04-14"),
        ("y'a deux semaines", "2026-04-27/2026-05-03"),
        ("vendredi fou 2025", "2025-11-28"),
        ("fête des Mères 2025", "2025-05-11"),
    ],
    "it": [
        ("si è rotto il secondo martedì di marzo 2025", "2025-03-11"),
        ("l'ultimo giorno di febbraio 2024", "2024-02-29"),
        ("il primo lunedì del mese scorso", "2026-04-06"),
        ("la terza settimana di gennaio 2025", "2025-01-15/2025-01-21"),
        ("la prima settimana del 2025", "2024-12-30/2025-01-05"),
        ("le ultime due settimane di marzo 2025", "2025-03-17/2025-03-30"),
        ("i primi tre mesi del 2024", "2024-01/2024-03"),
        ("l'ultimo fine settimana di giugno 2025", "2025-06-28/2025-06-29"),
        ("il secondo trimestre del 2025", "2025-04/2025-06"),
        ("Q4 2024", "2024-10/2024-12"),
        ("il primo semestre 2025", "2025-01/2025-06"),
        ("lo scorso trimestre", "2026-01/2026-03"),
        ("il fine settimana del 2 maggio 2026", "2026-05-02/2026-05-03"),
        ("da giugno 2024 al 4 maggio 2025", "2024-06-01/2025-05-04"),
        ("negli anni '80", "1980/1989"),
        ("2019", "2019"),
        ("11 / 2025", "2025-11"),
        ("30 04 2025", "2025-04-30"),
        ("venerdì 8", "2026-05-08"),
        ("festa del Canada 2025", "2025-07-01"),
        ("Pasquetta 2025", "2025-04-21"),
        ("alla Befana 2026", "2026-01-06"),
        ("festa della liberazione 2025", "2025-04-25"),
        ("giorno del Ringraziamento 2024", "2024-10-14"),
        ("Santo Stefano", "2025-12-26"),
        ("il fine settimana del Ringraziamento 2025", "2025-10-11/2025-10-13"),
        ("l'inverno 2024-2025", "2024-12/2025-02"),
        ("10/4 - 14/4", "2026-04-10/2026-04-14"),
        ("Ferragosto 2025", "2025-08-15"),
        ("festa della mamma 2025", "2025-05-11"),
    ],
}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [(language, *row) for table in (POINTED_AT, PARTS) for language, rows in table.items() for row in rows],
)
def test_a_date_that_is_all_that_is_said_is_read(language, text, expected):
    assert values(text, language) == [expected]


# Where what is asked for lies in the past, "I will" and the like pull no date ahead.
IN_THE_PAST = {
    "en": [
        ("I will be away on Jan 20", "2026-01-20"),
        ("they will come on June 3", "2025-06-03"),
        ("we'll meet you in December", "2025-12"),
        ("you can have it back on Friday", "2026-05-08"),
        ("I will send it off for the 27th", "2026-04-27"),
        ("they should call me on 8/21", "2025-08-21"),
        ("someone may be there on 3.14", "2026-03-14"),
        ("February 29 it will be", "2024-02-29"),
        ("I could come back in four weeks", "2026-06-08/2026-06-14"),
        ("during Q2", "2026-04/2026-06"),
        ("they will be closed next Tuesday", "2026-05-19"),
    ],
    "fr": [
        ("je serai absent le 20 janvier", "2026-01-20"),
        ("ils viendront le 3 juin", "2025-06-03"),
        ("on devrait se voir en décembre", "2025-12"),
        ("vous devez me le rendre vendredi", "2026-05-08"),
        ("je devais l'avoir le 27", "2026-04-27"),
        ("il faudra m'appeler le 21/8", "2025-08-21"),
        ("ce sera le 29 février", "2024-02-29"),
        ("je devrais revenir dans quatre semaines", "2026-06-08/2026-06-14"),
        ("ils vont fermer mardi prochain", "2026-05-19"),
    ],
    "it": [
        ("sarò via il 20 gennaio", "2026-01-20"),
        ("verranno il 3 giugno", "2025-06-03"),
        ("dovremmo vederci a dicembre", "2025-12"),
        ("deve tornare venerdì", "2026-05-08"),
        ("dovevo averlo per il 27", "2026-04-27"),
        ("dovranno chiamarmi il 21/8", "2025-08-21"),
        ("sarà il 29 febbraio", "2024-02-29"),
        ("dovrei tornare tra quattro settimane", "2026-06-08/2026-06-14"),
        ("chiuderanno martedì prossimo", "2026-05-19"),
    ],
}


def values_in_the_past(text: str, language: str) -> list[str]:
    return [mention.date for mention in read_dates(text, TODAY, pack(language, "dates"), past=True)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [(language, *row) for language, rows in IN_THE_PAST.items() for row in rows],
)
def test_an_answer_about_the_past_is_read_back(language, text, expected):
    assert values_in_the_past(text, language) == [expected]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "every Monday"),
        ("en", "I call on Thursday evenings"),
        ("en", "for three weeks"),
        ("en", "at 3.15 pm"),
        ("en", "next Saturday"),  # tomorrow, or in eight days?
        ("en", "it may or may not be right"),
        ("en", "he was the first"),
        ("en", "it is 1990 King Street"),
        ("fr", "chaque lundi"),
        ("fr", "le lundi"),
        ("fr", "pendant trois semaines"),
        ("fr", "samedi prochain"),
        ("fr", "de 5 à 7"),
        ("fr", "sept cinq cinq un deux zéro"),
        ("en", "Mondays and Thursdays"),
        ("fr", "le numéro 12"),
        ("it", "ogni lunedì"),
        ("it", "i lunedì"),
        ("it", "per tre settimane"),
        ("it", "sabato prossimo"),
        ("it", "dalle 5 alle 7"),
        ("it", "quanto fa il 15 per cento"),
        ("it", "sono le otto e venti"),
    ],
)
def test_an_answer_about_the_past_that_holds_no_single_date(language, text):
    assert values_in_the_past(text, language) == []


def spoken(column: str) -> list[tuple[str, ...]]:
    """Return language, words and date of the tables in spoken_dates/<language>.yml."""
    tables = {
        language: yaml.safe_load((SPOKEN / f"{language}.yml").read_text("utf-8")) for language in LANGUAGES
    }
    if column == "dates":
        return [
            (name, said, str(day)) for name, table in tables.items() for said, day in table["dates"].items()
        ]
    return [(name, said) for name, table in tables.items() for said in table[column]]


@pytest.mark.parametrize(("language", "said", "expected"), spoken("dates"))
def test_a_date_said_over_the_phone_is_read(language, said, expected):
    assert values(said, language) == [expected]


@pytest.mark.parametrize(("language", "said"), spoken("no_dates"))
def test_numbers_said_over_the_phone_are_no_dates(language, said):
    assert values(said, language) == []
