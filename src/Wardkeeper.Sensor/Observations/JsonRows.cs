using System.Buffers;
using System.Text.Json;

namespace Wardkeeper.Sensor.Observations;

/// <summary>Writes rows as JSON, one object a line, with Zeek's conventions: epoch seconds, absent instead of null.</summary>
/// <param name="patients">Renders masked text.</param>
/// <param name="indented">Whether for people's eyes: a field a line.</param>
public sealed class JsonRows(PatientNames patients, bool indented = false) : RowWriter, IDisposable
{
    private readonly JsonWriterOptions options = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
        Indented = indented,
    };

    private readonly ArrayBufferWriter<byte> buffer = new(4096);
    private Utf8JsonWriter? writer;
    private bool isBare;

    /// <summary>The bytes written so far.</summary>
    public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

    private Utf8JsonWriter Json => writer ??= new Utf8JsonWriter(buffer, options);

    /// <summary>Forgets the bytes written so far.</summary>
    public void Clear() => buffer.ResetWrittenCount();

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
        if (value is not null) Json.WriteString(name, value);
    }

    /// <inheritdoc/>
    public override void Text(ReadOnlySpan<byte> name, MaskedText? value)
    {
        if (value is { } masked) Json.WriteString(name, patients.Render(masked));
    }

    /// <inheritdoc/>
    public override void Texts(ReadOnlySpan<byte> name, IReadOnlyList<string>? values)
    {
        if (values is null) return;
        Json.WriteStartArray(name);
        foreach (string value in values) Json.WriteStringValue(value);
        Json.WriteEndArray();
    }

    /// <inheritdoc/>
    public override void Texts(ReadOnlySpan<byte> name, IReadOnlyList<MaskedText>? values)
    {
        if (values is null) return;
        Json.WriteStartArray(name);
        foreach (MaskedText value in values) Json.WriteStringValue(patients.Render(value));
        Json.WriteEndArray();
    }

    /// <inheritdoc/>
    public override void Number(ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number) Json.WriteNumber(name, number);
    }

    /// <inheritdoc/>
    public override void Numbers(ReadOnlySpan<byte> name, IReadOnlyList<long>? values)
    {
        if (values is null) return;
        Json.WriteStartArray(name);
        foreach (long value in values) Json.WriteNumberValue(value);
        Json.WriteEndArray();
    }

    /// <inheritdoc/>
    public override void Reals(ReadOnlySpan<byte> name, IReadOnlyList<double>? values)
    {
        if (values is null) return;
        Json.WriteStartArray(name);
        foreach (double value in values) Json.WriteNumberValue(value);
        Json.WriteEndArray();
    }

    /// <inheritdoc/>
    public override void Real(ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } number) Json.WriteNumber(name, number);
    }

    /// <inheritdoc/>
    public override void Flag(ReadOnlySpan<byte> name, bool? value)
    {
        if (value is { } flag) Json.WriteBoolean(name, flag);
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
        Json.WriteString(name, text[..value.FormatUtf8(text)]);
    }

    /// <inheritdoc/>
    public override void Mac(ReadOnlySpan<byte> name, MacAddress value)
    {
        if (value.IsNone) return;
        Span<byte> text = stackalloc byte[17];
        Json.WriteString(name, text[..value.FormatUtf8(text)]);
    }

    /// <inheritdoc/>
    public override void Objects<T>(ReadOnlySpan<byte> name, IReadOnlyList<T>? values, Action<RowWriter, T> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        if (values is null) return;
        Json.WriteStartArray(name);
        foreach (T value in values)
        {
            Json.WriteStartObject();
            write(this, value);
            Json.WriteEndObject();
        }
        Json.WriteEndArray();
    }

    /// <inheritdoc/>
    public void Dispose() => writer?.Dispose();

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

    private void Begin() => Json.WriteStartObject();

    private void Finish()
    {
        Json.WriteEndObject();
        Json.Flush();
        Json.Reset(buffer);
        buffer.GetSpan(1)[0] = (byte)'\n';
        buffer.Advance(1);
    }

    /// <summary>Writes microseconds as seconds with six decimals, exactly.</summary>
    private void Micros(ReadOnlySpan<byte> name, long micros)
    {
        Span<byte> text = stackalloc byte[32];
        int at = 0;
        if (micros < 0)
        {
            text[at++] = (byte)'-';
            micros = -micros;
        }
        (long seconds, long rest) = Math.DivRem(micros, 1_000_000);
        System.Buffers.Text.Utf8Formatter.TryFormat(seconds, text[at..], out int written);
        at += written;
        text[at++] = (byte)'.';
        for (int i = 5; i >= 0; i--)
        {
            text[at + i] = (byte)('0' + (rest % 10));
            rest /= 10;
        }
        Json.WritePropertyName(name);
        Json.WriteRawValue(text[..(at + 6)], skipInputValidation: true);
    }
}
