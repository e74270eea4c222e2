namespace Wardkeeper.Sensor.Observations;

/// <summary>What ties one flow's request to what another flow does because of it.</summary>
/// <param name="Name">Who asked, or an identifier of what was asked for.</param>
/// <param name="Number">Number of the request; −1 where the identifier says all.</param>
/// <param name="To">Who is to be served; null where the identifier says all.</param>
internal readonly record struct CauseKey(string Name, int Number = -1, string? To = null);

/// <summary>A transaction that another flow's request may have caused.</summary>
internal interface ICaused
{
    /// <summary>How it names that request; null when none is named.</summary>
    CauseKey? CausedBy { get; }

    /// <summary>Is told the flow of that request.</summary>
    void Explain(string uid);
}
