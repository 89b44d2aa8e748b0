"""Everyday words that give a language away because no other language that people write to us has them.

Mostly without accents, as many type them. Words that two of our languages share ("come", "non", "mille"), or that
Spanish, Portuguese, Creole or romanized Hindi have too ("la", "de", "me"), are left out, and so are the English nouns
and adverbs that French Canadians and Italians of Canada use every day ("bill", "call", "off").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from bot.reading.characters import bare, plain

_TELLTALES = {
    "en": """
        the this that these those my your his her our their you we they she them is are were been being has had
        does did would should could can cannot what when where why who which with without from for about after
        before until since because between during through into and but not there here some any every each much
        many please thanks thank yes need get got getting give make made tell find know going go call called
        calling pay paid paying charged one month months weeks day days year years hour hours today tomorrow
        yesterday tonight now then again still never always just next past half quarter monday tuesday wednesday
        thursday friday saturday sunday january february march june july august october two three four five
        seven eight nine eleven twelve thirteen fourteen fifteen sixteen eighteen twenty thirty forty fifty
        hundred thousand first third morning afternoon evening night someone somebody nobody anyone anybody
        nothing something anything everything everyone wrong how send help let want wanted work works working
        keep other another whole isnt wasnt doesnt didnt dont wont cant couldnt ive youre whats thats its of to
        it was will last if at by for old i' don' didn' doesn' isn' aren' wasn' weren' won' can' couldn' wouldn'
        shouldn' haven' hasn' it' that' you' they' we' he' she' there' what' who' how' where' let'
    """,
    "fr": """
        je nous vous ils elle elles une les des du au aux cet cette ces mon mes votre vos notre leur leurs
        moi toi est sont suis etes sommes avez avons ont etait etais etaient serait seront pas jamais rien
        toujours encore et donc parce pour avec sans dans sous chez depuis pendant apres vers quand pourquoi
        combien quoi quels quelles veux veut voulez voudrais peux peut pouvez peuvent faire fait faut dois doit
        devez avoir etre aller vais voir bonjour mais bonsoir merci oui svp hier demain semaine semaines mois
        jour jours ans annee annees heure heures lundi mardi mercredi jeudi vendredi samedi dimanche janvier
        fevrier avril juin juillet aout septembre octobre decembre deux trois quatre cinq huit neuf dix onze
        douze treize seize vingt trente quarante cinquante soixante premier premiere dernier derniere derniers
        dernieres prochain prochaine prochains prochaines matin soir nuit chaque tous toute toutes aussi tres
        trop mieux mal alors deja quelqu quelque quelques personne meme autre autres beaucoup moins fois pis
        allo salut coucou plainte panne
        icitte ça où à sur veuillez tes pantoute piastres facture factures reseau frais appel appeler paye payer
        j' qu' n' jusqu' aujourd' lorsqu' puisqu'
    """,
    "it": """
        gli dello della degli delle alla agli dalla dallo dagli dalle nel nello nella nei negli nelle sulla
        sullo sui sugli sulle che chi cosa dove perche quanti quante quale quali sono siamo siete ero abbiamo
        avete hanno avevo aveva avevano stato stata stati essere avere fatto voglio vuole vorrei puo possono mio
        mia miei mie tuo tuoi suo nostro nostra nostri vostro vostra vostri loro questo questa questi queste
        quello quella anche ancora gia piu niente nulla nessuno nessuna qualcuno qualcosa molto troppo ogni
        tutto tutti tutta tutte poi ciao buongiorno buonasera salve grazie prego favore cortesia oggi ieri
        domani dopo giorno giorni settimana settimane mese mesi anno anni ore minuti lunedi martedi mercoledi
        giovedi venerdi sabato domenica gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
        quattro cinque sette otto dieci undici dodici quindici venti trenta quaranta cinquanta cinquecento
        duecento prossimo prossima prossimi prossime scorso scorsa scorsi scorse mattina pomeriggio devo
        reclamo guasto
        mezzogiorno bolletta soldi pagato pagare chiamato sbagliato sbagliata volta volte adesso allora invece è
        e' di dal alle dalle ultime ultimi fino fuori dentro detto dicono deve devono volevo sembra quindi
        comunque dell' all' nell' sull' dall' un' quest' quell' dov' com' cos' sant' quant'
    """,
    # What people mix most with English and French in Canada: Spanish, Portuguese, Hindi and Punjabi in our letters,
    # Tagalog, Haitian Creole. Too few to tell these languages, enough to see that a text is mixed.
    "other": """
        hola muy porque desde gracias ayer tengo quiero usted ustedes tambien mucho mucha hace nao minha meu
        obrigado nahi nahin hai hain mera meri mujhe kya raha rahi rahe aap hoon bahut kaise karo tusi mainu ang
        ng mga ako ninyo naman mwen yon nou pou genyen
    """,
}

_WORD = re.compile(r"[^\W\d_]+'?")


def telltales(text: str) -> Counter[str]:
    """Count the telltale words of each language in a text; a language without any is left out."""
    words = _WORD.findall(plain(text).lower())
    return Counter(
        language for word in words if (language := _LANGUAGE_OF.get(word, _LANGUAGE_OF.get(bare(word))))
    )


def _pairs(told: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for language, words in told.items():
        yield from ((word, language) for word in words.split())


_LANGUAGE_OF = dict(_pairs(_TELLTALES))
