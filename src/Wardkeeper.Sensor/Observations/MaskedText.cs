namespace Wardkeeper.Sensor.Observations;

/// <summary>
/// Text that may have held a patient's identifier or name, each of which is replaced by a keyed hash before it gets here.
/// There is no way from a string to this type but through <see cref="PatientMasker"/>.
/// </summary>
/// <remarks>
/// An identifying span is kept as U+E000, 32 hexadecimal digits of its keyed hash, U+E001; <see cref="PatientNames"/> turns
/// that into what a reader sees. Both code points are removed from text that comes from the wire.
/// </remarks>
public readonly record struct MaskedText
{
    internal const char Open = '\uE000';
    internal const char Close = '\uE001';

    internal MaskedText(string value) => Value = value;

    /// <summary>The text with its tokens.</summary>
    internal string Value { get; }

    /// <summary>Shows nothing: rendering needs <see cref="PatientNames"/>.</summary>
    public override string ToString() => "(masked)";
}
