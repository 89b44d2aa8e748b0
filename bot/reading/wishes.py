"""The words with which people ask, in any language, to be served in another one; all without accents.

They stand here, not in the packs, because the wish is often put in a language other than the current one.
"""

from __future__ import annotations


def _alternatives(lines: str) -> str:
    return "|".join(part.strip() for part in lines.replace("\n", "|").split("|") if part.strip())


# How the languages call themselves and each other.
NAMES = {
    "en": "english|anglais|anglaise|inglese|ingles|englisch",
    "fr": "french|francais|francaise|francese|frances|franzosisch",
    "it": "italian|italien|italienne|italiano|italiana|italienisch",
    "other": _alternatives("""
        spanish|espagnol|spagnolo|espanol|castellano|german|allemand|tedesco|deutsch
        portuguese|portugais|portoghese|portugues|chinese|chinois|cinese|中文|普通话|国语
        mandarin|mandarino|cantonese|cantonais|粤语|廣東話|punjabi|panjabi|pendjabi|ਪੰਜਾਬੀ
        hindi|हिन्दी|हिंदी|urdu|ourdou|اردو|arabic|arabe|arabo|العربية|عربي|farsi|persian|persan|فارسی
        tagalog|filipino|tamil|tamoul|தமிழ்|polish|polonais|polacco|polski
        russian|russe|russo|русский|по-русски|ukrainian|ukrainien|ucraino|українська
        vietnamese|vietnamien|tieng viet|korean|coreen|한국어|japanese|japonais|日本語
        dutch|neerlandais|greek|grec|greco|romanian|roumain|rumeno|turkish|turc
        creole|kreyol|hebrew|hebreu|somali
    """),
}

# May surround the name when it is all the message says: "English please", "¿habla español?".
SMALL_WORDS = _alternatives(r"""
    please|pls|plz|thanks|thank you|now|only|yes|ok|hi|hello|in|to|do|you|can|we|speak|talk|switch|prefer
    i|my|language|is|en|svp|s\.v\.p|stp|s'il vous plait|s'il te plait|merci|oui|bonjour|seulement
    parlez|vous|parle|tu|parles|je|prefere|plutot|le|l|la|langue|est|parlons|parlate|per favore
    per piacere|grazie|si|solo|ciao|parla|parli|lei|parlo|preferisco|parliamo|lingua|e
    habla|hablas|hablo|usted|por favor|gracias|sprechen|sie|auf|bitte|fala|voce|falo|prefiero|es|mi
""")

POLITE = _alternatives(
    r"please|pls|plz|svp|s\.v\.p|stp|s'il (?:vous|te) plait|per favore|per piacere|por favor|bitte"
)

_TALK = _alternatives("""
    speak|talk|chat|write|type|continue|switch|reply|answer|respond|go on|do (?:this|it)|have (?:this|it)
    get (?:this|it)|be served|change
""")
_PARLER = _alternatives("""
    parler|continuer|clavarder|ecrire|repondre|passer|changer|poursuivre|etre servie?|avoir (?:ca|cela)
    faire (?:ca|cela)
""")
_PARLARE = _alternatives("""
    parlare|parlarmi|continuare|scrivere|scrivermi|rispondere|rispondermi|passare|proseguire|cambiare
    essere servit[oa]|farlo
""")
_TO_SOMEONE = r"(?: (?:to|with) (?:me|you|someone|somebody|an agent|a person))?"
_A_QUELQU_UN = r"(?: (?:a|avec) (?:quelqu'un|une personne|un agent|vous))?"
_CON_QUALCUNO = r"(?: (?:con|a) (?:qualcuno|una persona|un operatore|lei))?"
_INTO = r"(?: (?:over|back))?(?: (?:in|to|into))?"
_EN = r"(?: (?:en|a l'|au|pour l'|pour le|l'|le))?"
_IN = r"(?: (?:in|all'|l'|al))?"

_WANTING = _alternatives("""
    i want|i need|i prefer|i would like|i'd like|i would prefer|i'd prefer|i would rather|i'd rather
    i only|i just|let's|lets|let us|please
""")
_PEUT_ON = _alternatives("""
    qu'on peut|qu'on pourrait|peut-on|on peut-tu|je peux-tu|pouvons-nous|pouvez-vous|pourriez-vous|pourrait-on
    puis-je|on peut|on pourrait|vous pouvez
    je peux|je pourrais|est-ce possible de|c'est possible de|possible de|merci de|veuillez
    j'aimerais(?: mieux)?|je veux|je voudrais|je prefere|je prefererais|je souhaite|j'aime mieux
""")
_PARLEZ = _alternatives("""
    parlez-vous|parles-tu|vous parlez|tu parles|est-ce que vous parlez|quelqu'un parle|parlez-moi|parlons
    repondez-moi|repondez|ecrivez-moi|continuons|passons|passez|je parle (?:juste|seulement|uniquement)
    je prefere|j'aime mieux
""")
_POSSIAMO = _alternatives("""
    possiamo|potremmo|puo|puoi|potete|potrebbe|si puo|posso|vorrei|voglio|preferisco|preferirei
    mi piacerebbe|e possibile
""")
_PARLA = _alternatives("""
    parla|parli|parlate|qualcuno parla|parlo solo|parlo soltanto|mi parli|mi risponda|risponda|scriva
    mi scriva|parliamo|continuiamo|passiamo|preferisco
""")


def _not_after(*beginnings: str) -> str:
    """Return a pattern that fails behind any of these words."""
    return "".join(rf"(?<!\b{beginning})" for beginning in beginnings)


# What somebody said is told, not wished for: "he said I can speak English", « on m'a dit qu'on peut parler anglais ».
_SAID = "told|told me|told us|said|promised|assured|claimed|wrote|asked|ask".split("|")
_NOT_TOLD = _not_after(
    *(f"{said} {that}" for said in _SAID for that in ("", "that ", "if ")),
    *"told him |told her |told them |time |when |because ".split("|"),
)
_DIT = "dit|repondu|promis|assure|explique|confirme|ecrit|jure|lu|pensais|croyais|savais|parait".split("|")
_PAS_DIT = _not_after(
    *(f"{dit} {que}" for dit in _DIT for que in ("", "que ", "qu'")),
    *"demande si |demande s'|parce que |quand |fois que |personne ".split("|"),
)
_DETTO = (
    "detto|risposto|promesso|assicurato|spiegato|confermato|scritto|garantito|letto|pensavo|credevo|sapevo"
)
_NON_DETTO = _not_after(
    *(f"{detto} {che}" for detto in _DETTO.split("|") for che in ("", "che ", "che si ", "di ")),
    *"chiesto se |chiesto se si |chiesto di |quando |perche |nessuno ".split("|"),
)

# What stands before the name of the language when somebody asks for it.
OPENINGS = (
    # "can we please speak", "could you answer me in", "I'd like to talk to someone in"
    rf"{_NOT_TOLD}(?:can|could|may|shall) (?:we|you|i)(?: please)?(?: \w+){{0,2}}? (?:{_TALK}){_TO_SOMEONE}{_INTO}",
    rf"{_NOT_TOLD}(?:{_WANTING})(?: to| we)?(?: (?:{_TALK}))?{_TO_SOMEONE}{_INTO}",
    rf"{_NOT_TOLD}(?:do you|does any(?:one|body)(?: there)?|is there (?:any|some)(?:one|body) who) speaks?",
    # An order opens its sentence: "they speak English" is none.
    rf"(?:(?<=[.!?,] )|(?<!.))(?:{_TALK})(?: to me)?(?: (?:in|to))?",
    # « peut-on parler », « j'aimerais parler à quelqu'un en », « parlez-vous »
    rf"{_PAS_DIT}(?:{_PEUT_ON})(?: \w+)?? ?(?:me |nous |se )?(?:{_PARLER}){_A_QUELQU_UN}{_EN} ?",
    rf"{_PAS_DIT}(?:{_PARLEZ}){_EN} ?",
    # «possiamo parlare in», «vorrei parlare con qualcuno in», «parla»
    rf"{_NON_DETTO}(?:{_POSSIAMO})(?: \w+)?? ?(?:{_PARLARE}){_CON_QUALCUNO}{_IN} ?",
    rf"{_NON_DETTO}(?:{_PARLA}){_IN} ?",
)

# "I want English bills" is a wish about bills.
THINGS = "bills?|invoices?|version|support|team|line|letters?|channels?|contract|documents?"
