"""What the dialogue asks of the other rooms, in its own words.

``app/bootstrap.py`` fills these in with the eligibility service, the planner, the fact reader, the catalogue and the
knowledge answers.
"""

from actions.ports.catalogue import BenefitCard, Benefits, FactDefinition, PlaceNames, Procedure, Vocabulary
from actions.ports.eligibility import Change, Decision, Eligibility, Leaf, NearMiss, Outlook, Question, ReferReason
from actions.ports.families import CardChoice, CardPlan, Exclusion, Families
from actions.ports.knowledge import Hit, Knowledge, KnowledgeAnswer, LawTexts, Passage
from actions.ports.reading import FactReader, Mention, Pending, Reading, ReadingContext, Retraction
from actions.ports.values import SELF, BenefitId, FactId, PersonId, Raw

__all__ = [
    "SELF",
    "BenefitCard",
    "BenefitId",
    "Benefits",
    "CardChoice",
    "CardPlan",
    "Change",
    "Decision",
    "Eligibility",
    "Exclusion",
    "FactDefinition",
    "FactId",
    "FactReader",
    "Families",
    "Hit",
    "Knowledge",
    "KnowledgeAnswer",
    "LawTexts",
    "Leaf",
    "Mention",
    "NearMiss",
    "Outlook",
    "Passage",
    "Pending",
    "PersonId",
    "PlaceNames",
    "Procedure",
    "Question",
    "Raw",
    "Reading",
    "ReadingContext",
    "ReferReason",
    "Retraction",
    "Vocabulary",
]
