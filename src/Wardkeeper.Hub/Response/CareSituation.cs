namespace Wardkeeper.Hub.Response;

/// <summary>The ladder of what may be done, each step harder than the one before it. Quarantine in another VLAN, a refused admission and a disconnection rank as <see cref="IsolatePort"/>.</summary>
public enum LadderStep
{
    /// <summary>Nothing is done; it is watched.</summary>
    Observe,

    /// <summary>It is marked for people and other systems.</summary>
    Tag,

    /// <summary>Its traffic is slowed.</summary>
    RateLimit,

    /// <summary>Single messages are refused.</summary>
    RefuseMessage,

    /// <summary>New connections are blocked; those that exist go on.</summary>
    BlockNewFlow,

    /// <summary>It is off the network.</summary>
    IsolatePort,
}

/// <summary>What its failure does to a patient (Joint Commission's words).</summary>
public enum FailureConsequence
{
    /// <summary>No consequence to the patient.</summary>
    None,

    /// <summary>Inappropriate therapy or misdiagnosis.</summary>
    InappropriateTherapy,

    /// <summary>Death or serious injury.</summary>
    DeathOrSeriousInjury,
}

/// <summary>Something that the check could not learn, and what it took instead.</summary>
public enum Assumption
{
    /// <summary>Nobody entered the consequence of failure: death or serious injury was taken.</summary>
    ConsequenceUnknown,

    /// <summary>Whether a medical device is in use does not show: in use was taken.</summary>
    UseUnknown,

    /// <summary>Whether another could stand in does not show: that none can was taken.</summary>
    StandbyUnknown,

    /// <summary>Whether alarms pass does not show: that they do was taken.</summary>
    AlarmPathUnknown,
}

/// <summary>All that decides what may be done to a device now. Made of what is known by <see cref="Of"/>, which takes the worse where something is not.</summary>
/// <param name="Consequence">What its failure does.</param>
/// <param name="IsInUse">Whether it works on a patient now.</param>
/// <param name="HasStandby">Whether another can stand in.</param>
/// <param name="ComesBackAtOnce">Whether what is done can be undone from here within seconds.</param>
/// <param name="CarriesAlarms">Whether alarms pass over its connections.</param>
/// <param name="Assumed">What was not known.</param>
public sealed record CareSituation(FailureConsequence Consequence, bool IsInUse, bool HasStandby, bool ComesBackAtOnce, bool CarriesAlarms, IReadOnlyList<Assumption> Assumed)
{
    /// <summary>The situation of a device as far as it is known; null means not known.</summary>
    /// <param name="consequence">What its failure does, as a person entered it.</param>
    /// <param name="isMedical">Whether it treats, measures or images patients; a device whose type is not known counts as medical, unless it was never seen before and shows nothing medical.</param>
    /// <param name="isInUse">Whether it works on a patient now.</param>
    /// <param name="standby">How many like it stand idle in its department.</param>
    /// <param name="comesBackAtOnce">Whether what is done can be undone from here within seconds.</param>
    /// <param name="carriesAlarms">Whether alarms pass over its connections.</param>
    public static CareSituation Of(FailureConsequence? consequence, bool isMedical, bool? isInUse, int? standby, bool comesBackAtOnce, bool? carriesAlarms)
    {
        List<Assumption> assumed = [];
        if (consequence is null && isMedical) assumed.Add(Assumption.ConsequenceUnknown);
        if (isInUse is null && isMedical) assumed.Add(Assumption.UseUnknown);
        if (standby is null && isMedical) assumed.Add(Assumption.StandbyUnknown);
        if (carriesAlarms is null && isMedical) assumed.Add(Assumption.AlarmPathUnknown);
        return new CareSituation(
            consequence ?? (isMedical ? FailureConsequence.DeathOrSeriousInjury : FailureConsequence.None),
            isInUse ?? isMedical,
            standby > 0,
            comesBackAtOnce,
            carriesAlarms ?? isMedical,
            assumed);
    }
}
