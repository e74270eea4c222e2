namespace Wardkeeper.Hub.Response;

/// <summary>Where an action stands.</summary>
public enum ActionState
{
    /// <summary>It waits for people. Nothing was done.</summary>
    Proposed,

    /// <summary>It was cleared; what is to be applied is written down and is being applied.</summary>
    Ordered,

    /// <summary>It was applied; it is looked at until it is seen to be as ordered, and again and again after that.</summary>
    InForce,

    /// <summary>It is being taken back.</summary>
    Undoing,

    /// <summary>Nothing of it is in force any more.</summary>
    Ended,
}

/// <summary>How an action ended, or why it is being taken back.</summary>
public enum ActionEnd
{
    /// <summary>Somebody declined it; nothing was done.</summary>
    Declined,

    /// <summary>Not enough people agreed in time; nothing was done.</summary>
    Lapsed,

    /// <summary>Somebody undid it.</summary>
    Undone,

    /// <summary>Its time was over.</summary>
    Expired,

    /// <summary>It was not as ordered, and was rolled back.</summary>
    NotAsOrdered,

    /// <summary>It could not be applied; what was applied of it was taken back.</summary>
    Failed,

    /// <summary>The situation changed and the table no longer allows it.</summary>
    NoLongerAllowed,
}

/// <summary>What happens to an action.</summary>
public enum ActionEvent
{
    /// <summary>A person agreed, and it needs one more.</summary>
    Agreed,

    /// <summary>What is to be seen changed: who agreed, agreed to something else.</summary>
    Changed,

    /// <summary>The safety check cleared it.</summary>
    Cleared,

    /// <summary>A person declined it.</summary>
    Declined,

    /// <summary>The time to agree is over.</summary>
    Lapsed,

    /// <summary>Every point applied it.</summary>
    Applied,

    /// <summary>A point could not apply it.</summary>
    ApplyFailed,

    /// <summary>It was seen to be as ordered.</summary>
    AsOrdered,

    /// <summary>It cannot be told yet whether it is.</summary>
    NotYet,

    /// <summary>It was seen not to be as ordered, or could not be told for too long.</summary>
    NotAsOrdered,

    /// <summary>A person undoes it.</summary>
    UndoAsked,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>The table no longer allows it.</summary>
    NoLongerAllowed,

    /// <summary>Every point took it back.</summary>
    TakenBack,

    /// <summary>A point could not take it back yet; it is tried again.</summary>
    TakeBackFailed,
}

/// <summary>
/// The life of an action. Proposed, it becomes ordered when it is cleared, or ends with nothing done. Ordered, it is in force when it was applied. From ordered and in force
/// it always ends over undoing, whatever the reason, so that nothing applied is forgotten. What is not listed cannot happen.
/// </summary>
public static class ActionMachine
{
    /// <summary>Where an event leads; null when it cannot happen there.</summary>
    public static ActionState? Next(ActionState state, ActionEvent happened) => (state, happened) switch
    {
        (ActionState.Proposed, ActionEvent.Agreed or ActionEvent.Changed) => ActionState.Proposed,
        (ActionState.Proposed, ActionEvent.Cleared) => ActionState.Ordered,
        (ActionState.Proposed, ActionEvent.Declined or ActionEvent.Lapsed) => ActionState.Ended,
        (ActionState.Ordered, ActionEvent.Applied) => ActionState.InForce,
        (ActionState.Ordered, ActionEvent.ApplyFailed or ActionEvent.UndoAsked or ActionEvent.Expired or ActionEvent.NoLongerAllowed) => ActionState.Undoing,
        (ActionState.InForce, ActionEvent.AsOrdered or ActionEvent.NotYet) => ActionState.InForce,
        (ActionState.InForce, ActionEvent.NotAsOrdered or ActionEvent.UndoAsked or ActionEvent.Expired or ActionEvent.NoLongerAllowed) => ActionState.Undoing,
        (ActionState.Undoing, ActionEvent.TakenBack) => ActionState.Ended,
        (ActionState.Undoing, ActionEvent.TakeBackFailed) => ActionState.Undoing,
        _ => null,
    };

    /// <summary>How an action ends by an event; null when the event says nothing of it.</summary>
    public static ActionEnd? EndOf(ActionEvent happened) => happened switch
    {
        ActionEvent.Declined => ActionEnd.Declined,
        ActionEvent.Lapsed => ActionEnd.Lapsed,
        ActionEvent.ApplyFailed => ActionEnd.Failed,
        ActionEvent.NotAsOrdered => ActionEnd.NotAsOrdered,
        ActionEvent.UndoAsked => ActionEnd.Undone,
        ActionEvent.Expired => ActionEnd.Expired,
        ActionEvent.NoLongerAllowed => ActionEnd.NoLongerAllowed,
        _ => null,
    };
}
