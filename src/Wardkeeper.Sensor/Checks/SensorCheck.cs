using System.Globalization;

namespace Wardkeeper.Sensor.Checks;

/// <summary>How a check came out.</summary>
public enum SensorCheckState
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, with something missing or at a risk.</summary>
    Warning,

    /// <summary>It does not work.</summary>
    Failed,

    /// <summary>It could not be found out, or not enough was seen yet.</summary>
    Unknown,
}

/// <summary>One thing that was checked about the sensor, with its words in both languages.</summary>
public sealed class SensorCheck
{
    private readonly object[] values;

    internal SensorCheck(string id, string subject, SensorCheckState state, string text, params object[] values) =>
        (Id, Subject, State, Text, this.values) = (id, subject, state, text, [subject, .. values]);

    /// <summary>Which check, in kebab case, for example <c>interface-up</c>; the same over versions.</summary>
    public string Id { get; }

    /// <summary>The interface it is about; empty when it is about the machine or the traffic as a whole.</summary>
    public string Subject { get; }

    /// <summary>How it came out.</summary>
    public SensorCheckState State { get; }

    /// <summary>Which of the check's texts apply.</summary>
    internal string Text { get; }

    /// <summary>What is checked, in a few words.</summary>
    public string Title(bool chinese) => SensorCheckTexts.Get(Id + ".title", chinese);

    /// <summary>What was found.</summary>
    public string Found(bool chinese) => Filled(".found", chinese);

    /// <summary>What that means for whoever relies on the sensor; empty when all is well.</summary>
    public string Meaning(bool chinese) => State == SensorCheckState.Ok ? "" : Filled(".meaning", chinese);

    /// <summary>How to mend it; empty when all is well.</summary>
    public string Mend(bool chinese) => State == SensorCheckState.Ok ? "" : Filled(".mend", chinese);

    private string Filled(string part, bool chinese) => string.Format(CultureInfo.InvariantCulture, SensorCheckTexts.Get(Id + "." + Text + part, chinese), values);
}
