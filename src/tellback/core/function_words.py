"""Words that say nothing by themselves: articles, pronouns, prepositions, auxiliaries.

Published lists also hold what people write about ("help", "page", "problem"), so these are ours.
"""

_WORDS = {
    "en": """a an the this that these those it its i im ive me my mine we us our you your he him his
        she her they them their who whom whose which what where when why how and or but nor so
        if then than as at by for from in into of off on onto out over to up with without within
        about after before during until while because though although is are was were be been
        being am do does did done doing have has had having will would shall should can could
        may might must there here also just only very really quite some any each every all both
        such own same other another one s t re ve ll d m""",
    "de": """der die das den dem des ein eine einen einem einer eines ich mich mir mein meine meinen
        meiner meinem du dich dir dein er ihn ihm sein seine seinen sie ihr ihre ihren ihrem es
        wir uns unser unsere euch man sich wer wen wem was welche welcher welches wo wann warum
        wie und oder aber denn weil dass ob wenn als dann doch auch noch schon nur sehr so zu
        zum zur mit von vom bei beim bis für gegen durch um auf aus an am in im ins über unter
        vor nach seit wegen ist sind war waren bin bist wird werden wurde wurden hat haben hatte
        hatten habe kann können konnte soll sollte muss musste darf mag da dort hier dies diese
        dieser dieses jede jeder jedes alle alles etwas mal""",
    "fr": """le la les l un une des du de d je j me m moi mon ma mes tu te toi ton ta tes il elle on
        se s son sa ses nous notre nos vous votre vos ils elles leur leurs ce cet cette ces c
        qui que qu quoi dont où quand comment pourquoi et ou mais donc or ni car si comme à au
        aux en dans par pour sur sous avec sans chez vers entre depuis pendant est sont était
        étaient être été suis ai as a avons avez ont avait avaient avoir fait faire peut très
        aussi plus tout tous toute toutes y""",
    "es": """el la los las un una unos unas de del al yo me mi mis tú te tu tus él ella se su sus
        nosotros nos nuestro ellos ellas lo le les que qué quien cual donde cuando cómo como por
        porque para con sin sobre entre desde hasta en a y e o u pero si ni es son era eran ser
        sido fue está están estaba ha han había haber he hay muy también más todo todos toda
        todas este esta estos estas ese esa eso esto""",
    "it": """il lo la i gli le un uno una di del dello della dei degli delle a al allo alla ai alle
        da dal dalla in nel nella con su sul sulla per tra fra io mi mio mia tu ti tuo lui lei
        si suo sua noi ci nostro voi vi loro che chi cui dove quando come perché e ed o ma se
        anche è sono era erano essere stato ho hai ha hanno aveva avere molto più tutto tutti
        questo questa quello quella""",
    "nl": """de het een ik me mij mijn je jij jouw jullie hij hem zijn zij ze haar wij we ons onze u
        uw hun hen wie wat waar wanneer waarom hoe en of maar want omdat dat die dit deze als
        dan ook nog al te ten ter met van bij tot voor tegen door om op uit aan in over onder na
        is was waren ben bent wordt werd worden heb hebt heeft had hebben kan kunnen zou zal
        moet er daar hier heel zeer alle alles""",
    "pt": """o a os as um uma uns umas de do da dos das em no na nos nas ao à aos às por pelo pela
        para com sem sobre entre até eu me meu minha você te seu sua ele ela se nós nosso eles
        elas que quem qual onde quando como porque e ou mas é são era eram ser sido foi está
        estão estava tem têm tinha ter há muito também mais tudo todos toda todas este esta isso
        isto""",
}
FUNCTION_WORDS = {language: frozenset(words.split()) for language, words in _WORDS.items()}


def function_words(*languages: str) -> frozenset[str]:
    """Those of languages, given by their tags; none of a language that is not known."""
    known = (FUNCTION_WORDS.get(tag.lower().partition("-")[0], ()) for tag in languages)
    return frozenset(word for words in known for word in words)
