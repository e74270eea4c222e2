namespace Wardkeeper.Sensor.Observations;

/// <summary>Writes rows as JSON, one object a line, with Zeek's conventions: epoch seconds, absent instead of null.</summary>
/// <param name="patients">Renders masked text.</param>
public sealed class JsonRows(PatientNames patients) : RowWriter
{
    private readonly PatientNames patients = patients;
    private readonly JsonBytes json = new();
    private readonly RowFields fields = new();
    private bool isBare;
    private int depth;

    /// <summary>The bytes written so far.</summary>
    public ReadOnlySpan<byte> Written => json.Written;

    /// <summary>The bytes written so far, to be looked at before more is written.</summary>
    internal ReadOnlyMemory<byte> Memory => json.Memory;

    /// <summary>Where the fields of the line written last lie, until more is written.</summary>
    internal RowFields Fields => fields;

    /// <summary>Forgets the bytes written so far.</summary>
    public void Clear() => json.Clear();

    /// <summary>Writes one transaction as a line.</summary>
    public void Line(Transaction transaction) => Line(transaction, transaction.Flow);

    /// <summary>Writes one transaction as a line, without time and flow: only what the protocol said. For comparisons that must not depend on them.</summary>
    public void BareLine(Transaction transaction) => Line(transaction, null, bare: true);

    /// <summary>Writes one line made of the fields that <paramref name="write"/> writes.</summary>
    public void Line<T>(T value, Action<RowWriter, T> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        Begin();
        write(this, value);
        Finish();
    }

    /// <inheritdoc/>
    public override void Text(ReadOnlySpan<byte> name, string? value)
    {
        if (value is null) return;
        Name(name);
        json.Text(value);
    }

    /// <inheritdoc/>
    public override void Text(ReadOnlySpan<byte> name, MaskedText? value)
    {
        if (value is { } masked) Text(name, patients.Render(masked));
    }

    /// <inheritdoc/>
    public override void Texts(ReadOnlySpan<byte> name, IReadOnlyList<string>? values) => List(name, values, this, static (value, rows) => rows.json.Text(value));

    /// <inheritdoc/>
    public override void Texts(ReadOnlySpan<byte> name, IReadOnlyList<MaskedText>? values) => List(name, values, this, static (value, rows) => rows.json.Text(rows.patients.Render(value)));

    /// <inheritdoc/>
    public override void Number(ReadOnlySpan<byte> name, long? value)
    {
        if (value is not { } number) return;
        Name(name);
        json.Number(number);
    }

    /// <inheritdoc/>
    public override void Numbers(ReadOnlySpan<byte> name, IReadOnlyList<long>? values) => List(name, values, this, static (value, rows) => rows.json.Number(value));

    /// <inheritdoc/>
    public override void Reals(ReadOnlySpan<byte> name, IReadOnlyList<double>? values) => List(name, values, this, static (value, rows) => rows.json.Number(value));

    /// <inheritdoc/>
    public override void Real(ReadOnlySpan<byte> name, double? value)
    {
        if (value is not { } number) return;
        Name(name);
        json.Number(number);
    }

    /// <inheritdoc/>
    public override void Flag(ReadOnlySpan<byte> name, bool? value)
    {
        if (value is not { } flag) return;
        Name(name);
        json.Raw(flag ? "true"u8 : "false"u8);
    }

    /// <inheritdoc/>
    public override void Time(ReadOnlySpan<byte> name, CaptureTime? value)
    {
        if (value is { } time) Micros(name, Math.DivRem(time.Nanoseconds, 1000).Quotient);
    }

    /// <inheritdoc/>
    public override void Span(ReadOnlySpan<byte> name, TimeSpan? value)
    {
        if (value is { } span) Micros(name, span.Ticks / 10);
    }

    /// <inheritdoc/>
    public override void Elapsed(ReadOnlySpan<byte> name, TimeSpan? value)
    {
        if (!isBare) Span(name, value);
    }

    /// <inheritdoc/>
    public override void Address(ReadOnlySpan<byte> name, Address value)
    {
        if (!value.IsNone) End(name, value);
    }

    /// <inheritdoc/>
    public override void End(ReadOnlySpan<byte> name, Address value)
    {
        Span<byte> text = stackalloc byte[46];
        Name(name);
        json.Plain(text[..value.FormatUtf8(text)]);
    }

    /// <inheritdoc/>
    public override void Mac(ReadOnlySpan<byte> name, MacAddress value)
    {
        if (value.IsNone) return;
        Span<byte> text = stackalloc byte[17];
        Name(name);
        json.Plain(text[..value.FormatUtf8(text)]);
    }

    /// <inheritdoc/>
    public override void Objects<T>(ReadOnlySpan<byte> name, IReadOnlyList<T>? values, Action<RowWriter, T> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        List(name, values, (Rows: this, Write: write), static (value, with) =>
        {
            with.Rows.json.Mark((byte)'{');
            with.Write(with.Rows, value);
            with.Rows.json.Mark((byte)'}');
        });
    }

    /// <summary>A list of anything; absent when there is none. What writes an element is given what it needs, so that no list costs a closure.</summary>
    private void List<T, TWith>(ReadOnlySpan<byte> name, IReadOnlyList<T>? values, TWith with, Action<T, TWith> write)
    {
        if (values is null) return;
        Name(name);
        json.Mark((byte)'[');
        depth++;
        for (int i = 0; i < values.Count; i++)
        {
            json.Element();
            write(values[i], with);
        }
        depth--;
        json.Mark((byte)']');
    }

    /// <summary>Opens a field; those of the row itself are noted, those of objects in it are not.</summary>
    private void Name(ReadOnlySpan<byte> name)
    {
        json.Name(name);
        if (depth == 0) fields.Note(name.Length, json.Length);
    }

    private void Line(Transaction transaction, FlowView? flow, bool bare = false)
    {
        Begin();
        isBare = bare;
        if (!bare) Time("ts"u8, transaction.Began ?? transaction.At);
        if (flow is not null) Tuple(flow);
        transaction.Write(this);
        Finish();
    }

    private void Tuple(FlowView flow)
    {
        if (flow.Carrier == Carrier.Link)
        {
            Mac("src_mac"u8, flow.OriginatorMac);
            Mac("dst_mac"u8, flow.ResponderMac);
            return;
        }
        Text("uid"u8, flow.Uid);
        End("id.orig_h"u8, flow.OriginatorAddress);
        Number("id.orig_p"u8, flow.OriginatorPort);
        End("id.resp_h"u8, flow.ResponderAddress);
        Number("id.resp_p"u8, flow.ResponderPort);
    }

    private void Begin()
    {
        fields.Begin(json.Length);
        json.Mark((byte)'{');
    }

    private void Finish()
    {
        json.Mark((byte)'}');
        json.Mark((byte)'\n');
    }

    private void Micros(ReadOnlySpan<byte> name, long micros)
    {
        Name(name);
        json.Micros(micros);
    }
}
