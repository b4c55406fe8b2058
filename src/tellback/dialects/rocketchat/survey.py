"""The survey of this wire: four ratings and a comment, with the vendor's names as question ids."""

from tellback.core.model import Question, QuestionType, SurveyDefinition, SurveyType, Text

SATISFACTION = "satisfaction"
#: The third is misspelt on the wire, and must be.
ITEMS = (SATISFACTION, "agentKnowledge", "agentResposiveness", "agentFriendliness")
VALUES = ("1", "2", "3", "4", "5")
FEEDBACK = "additionalFeedback"

_TEXTS: dict[str, Text] = {
    SATISFACTION: {
        "en": "How satisfied were you with this chat?",
        "de": "Wie zufrieden waren Sie mit diesem Chat?",
        "fr": "Êtes-vous satisfait de cette conversation ?",
        "es": "¿Qué tan satisfecho está con este chat?",
        "pt": "Qual é o seu grau de satisfação com este chat?",
    },
    "agentKnowledge": {
        "en": "How knowledgeable was the agent?",
        "de": "Wie kompetent war der Mitarbeiter?",
        "fr": "L'agent connaissait-il bien le sujet ?",
        "es": "¿Qué tanto sabía el agente?",
        "pt": "Qual era o conhecimento do atendente?",
    },
    "agentResposiveness": {
        "en": "How quickly did the agent respond?",
        "de": "Wie schnell hat der Mitarbeiter geantwortet?",
        "fr": "L'agent a-t-il répondu rapidement ?",
        "es": "¿Qué tan rápido respondió el agente?",
        "pt": "Com que rapidez o atendente respondeu?",
    },
    "agentFriendliness": {
        "en": "How friendly was the agent?",
        "de": "Wie freundlich war der Mitarbeiter?",
        "fr": "L'agent était-il aimable ?",
        "es": "¿Qué tan amable fue el agente?",
        "pt": "Quão simpático foi o atendente?",
    },
    FEEDBACK: {
        "en": "Is there anything else that you would like to say?",
        "de": "Möchten Sie noch etwas sagen?",
        "fr": "Souhaitez-vous ajouter quelque chose ?",
        "es": "¿Desea añadir algo más?",
        "pt": "Gostaria de dizer mais alguma coisa?",
    },
}


def _rating(name: str) -> Question:
    return Question(
        id=name,
        type=QuestionType.SCALE,
        text=_TEXTS[name],
        minimum=1,
        maximum=5,
        metric="csat" if name == SATISFACTION else None,
    )


SURVEY = SurveyDefinition(
    name="Chat feedback",
    type=SurveyType.CSAT,
    questions=(
        *(_rating(name) for name in ITEMS),
        Question(id=FEEDBACK, type=QuestionType.LONG_TEXT, text=_TEXTS[FEEDBACK]),
    ),
    thanks={
        "en": "Thank you for your feedback.",
        "de": "Vielen Dank für Ihre Rückmeldung.",
        "fr": "Merci pour votre avis.",
        "es": "Gracias por su opinión.",
        "pt": "Obrigado pela sua opinião.",
    },
    # Every conversation is rated by itself.
    repeat_after_days=0,
)
