namespace Wardkeeper.Lab.Day;

/// <summary>
/// One thing that happens in the hospital's day. The plan makes all of them from the seed before anything runs; an actor carries
/// it out with real programs or an emitter; its facts are what must then be on the wire, whoever looks.
/// </summary>
/// <param name="At">When, since midnight of the planned day.</param>
/// <param name="Actor">Key of the device that acts.</param>
public abstract record LabEvent(TimeSpan At, string Actor)
{
    /// <summary>What must be seen on the wire because of this.</summary>
    public abstract IEnumerable<WireFact> Facts { get; }

    /// <summary>What it is about, for example an examination's accession number: events about one thing happen one after another. Null for none.</summary>
    public virtual string? Subject => null;
}

/// <summary>Something countable on the wire between two devices.</summary>
/// <param name="Protocol">Protocol in the words of the program's <c>service</c> column, for example <c>dicom</c>, <c>hl7</c>, <c>astm</c>.</param>
/// <param name="What">What is counted, for example <c>C-STORE</c>, <c>ORU^R01</c>, <c>session</c>.</param>
/// <param name="From">Key of the device that asks or sends.</param>
/// <param name="To">Key of the device that answers.</param>
/// <param name="Count">How many.</param>
/// <param name="Patient">Id of the patient it concerns, or null.</param>
public sealed record WireFact(string Protocol, string What, string From, string To, int Count = 1, string? Patient = null);
