"""Names of choices in the API's description: where two fields share one set of choices, or one name means several sets."""

API_ENUMS = {
    "CandidateStateEnum": "cargo.enums.CandidateState",
    "ComplaintOutcomeEnum": "feedback.enums.ComplaintOutcome",
    "ContractKindEnum": "customers.enums.ContractKind",
    "ContractStateEnum": "customers.enums.ContractState",
    "DocumentReadingEnum": "cargo.enums.ReadingState",
    "FollowUpKindEnum": "customers.enums.FollowUpKind",
    "FollowUpStateEnum": "customers.enums.FollowUpState",
    "InteractionDirectionEnum": "customers.enums.Direction",
    "InteractionKindEnum": "customers.enums.InteractionKind",
    "InteractionOutcomeEnum": "customers.enums.Outcome",
    "JobStateEnum": "portcrm.bulk.enums.BulkState",
    "LevelEnum": "customers.enums.Level",
    "QuestionKindEnum": "feedback.enums.ItemKind",
    "RankedClassEnum": "marketing.enums.ValueClass",
    "SeenRoleEnum": "cargo.document_words.SEEN_ROLES",
    "TargetUnitEnum": "cargo.enums.TargetUnit",
    "TradeDirectionEnum": "cargo.enums.Direction",
    "VisitStateEnum": "customers.enums.VisitState",
}
