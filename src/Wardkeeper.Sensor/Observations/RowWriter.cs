namespace Wardkeeper.Sensor.Observations;

/// <summary>
/// Receives one row's fields in order; implemented by the JSON writer and by stores. Names are ASCII in Zeek's style
/// (snake case). A null value is not written.
/// </summary>
public abstract class RowWriter
{
    /// <summary>Text without any patient identifier.</summary>
    public abstract void Text(ReadOnlySpan<byte> name, string? value);

    /// <summary>Text whose identifying parts are masked.</summary>
    public abstract void Text(ReadOnlySpan<byte> name, MaskedText? value);

    /// <summary>A list of texts; an empty list is written as such, null is not.</summary>
    public abstract void Texts(ReadOnlySpan<byte> name, IReadOnlyList<string>? values);

    /// <summary>A list of texts whose identifying parts are masked; a writer without lists of them writes one text, joined by commas.</summary>
    public virtual void Texts(ReadOnlySpan<byte> name, IReadOnlyList<MaskedText>? values)
    {
        if (values is not null) Text(name, new MaskedText(string.Join(", ", values.Select(static value => value.Value))));
    }

    /// <summary>A whole number.</summary>
    public abstract void Number(ReadOnlySpan<byte> name, long? value);

    /// <summary>A list of whole numbers.</summary>
    public abstract void Numbers(ReadOnlySpan<byte> name, IReadOnlyList<long>? values);

    /// <summary>A list of fractional numbers.</summary>
    public abstract void Reals(ReadOnlySpan<byte> name, IReadOnlyList<double>? values);

    /// <summary>A fractional number.</summary>
    public abstract void Real(ReadOnlySpan<byte> name, double? value);

    /// <summary>Yes or no.</summary>
    public abstract void Flag(ReadOnlySpan<byte> name, bool? value);

    /// <summary>A moment, written as epoch seconds with six decimals.</summary>
    public abstract void Time(ReadOnlySpan<byte> name, CaptureTime? value);

    /// <summary>A span, written as seconds with six decimals.</summary>
    public abstract void Span(ReadOnlySpan<byte> name, TimeSpan? value);

    /// <summary>A span between two packets: like <see cref="Span"/>, but it depends on when bytes came and not on what was said.</summary>
    public virtual void Elapsed(ReadOnlySpan<byte> name, TimeSpan? value) => Span(name, value);

    /// <summary>An address; "no address" is not written.</summary>
    public abstract void Address(ReadOnlySpan<byte> name, Address value);

    /// <summary>An end of a flow: always written, be it the unspecified address.</summary>
    public abstract void End(ReadOnlySpan<byte> name, Address value);

    /// <summary>A hardware address; "none" is not written.</summary>
    public abstract void Mac(ReadOnlySpan<byte> name, MacAddress value);

    /// <summary>A list of small objects, each written by <paramref name="write"/>.</summary>
    public abstract void Objects<T>(ReadOnlySpan<byte> name, IReadOnlyList<T>? values, Action<RowWriter, T> write);
}
