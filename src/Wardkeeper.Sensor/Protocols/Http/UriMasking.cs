using System.Text;
using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>
/// Makes a URI or file name readable (percent-decoded, as Zeek logs it) with every span masked that identifies a patient. The raw
/// text is taken apart first and decoded then, so that an encoded delimiter inside a name cannot end its masking early. One per
/// analyser; it keeps nothing but its builder.
/// </summary>
internal sealed class UriMasking(PatientMasker masker)
{
    private const int MostNesting = 3;
    private const int MostKept = 8;

    private readonly PatientMasker masker = masker;
    private readonly MaskedTextBuilder into = new(masker);
    private List<string>? identifying;
    private bool isClinical;
    private bool afterPerson;

    /// <summary>The one an analyser holds, made when it has none or another masker came.</summary>
    public static UriMasking Of(PatientMasker masker, ref UriMasking? held)
    {
        if (held is null || !ReferenceEquals(held.masker, masker)) held = new UriMasking(masker);
        return held;
    }

    /// <summary>Masks a request target or an absolute URI.</summary>
    /// <param name="uri">The bytes on the wire.</param>
    /// <param name="context">What became known of the exchange; added to.</param>
    public MaskedText Uri(ReadOnlySpan<byte> uri, ref PatientContext context)
    {
        into.Clear();
        (isClinical, identifying) = (context.IsClinical, context.Identifying);
        Uri(uri.Length > HttpLimits.Uri ? uri[..HttpLimits.Uri] : uri, 0);
        context = new PatientContext(isClinical || into.HasMasked, identifying);
        return into.ToMaskedText();
    }

    /// <summary>Masks a file name: what the URI already named, and names of files that come from clinical interfaces.</summary>
    public MaskedText FileName(ReadOnlySpan<byte> name, in PatientContext context)
    {
        into.Clear();
        string text = new([.. Decoded(Unescape(name)).Where(static c => !char.IsControl(c))]);
        int dot = text.LastIndexOf('.');
        string stem = dot > 0 && text.Length - dot <= 6 ? text[..dot] : text;
        foreach (string known in context.Identifying ?? [])
        {
            int at = text.IndexOf(known, StringComparison.OrdinalIgnoreCase);
            if (at >= 0) return into.Plain(text.AsSpan(0, at)).Masked(known).Plain(text.AsSpan(at + known.Length)).ToMaskedText();
        }
        bool masks = context.IsClinical ? !IsUid(stem) : LooksLikeName(stem) && (stem.Length <= 4 || stem.Contains('^'));
        if (!masks) return into.Plain(text).ToMaskedText();
        return into.Masked(stem).Plain(text.AsSpan(stem.Length)).ToMaskedText();
    }

    private void Uri(ReadOnlySpan<byte> uri, int depth)
    {
        int query = uri.IndexOfAny((byte)'?', (byte)'#');
        Path(query < 0 ? uri : uri[..query], depth);
        while (query >= 0)
        {
            into.Plain([(char)uri[query]]);
            uri = uri[(query + 1)..];
            query = uri.IndexOfAny((byte)'?', (byte)'#');
            Parameters(query < 0 ? uri : uri[..query], depth);
        }
    }

    private void Path(ReadOnlySpan<byte> path, int depth)
    {
        afterPerson = false;
        int count = 0;
        while (true)
        {
            int slash = path.IndexOf((byte)'/');
            Segment(slash < 0 ? path : path[..slash], count++, depth);
            if (slash < 0) return;
            into.Plain("/");
            path = path[(slash + 1)..];
        }
    }

    private void Segment(ReadOnlySpan<byte> segment, int index, int depth)
    {
        int at = index is 2 ? segment.IndexOf((byte)'@') : -1;
        if (at > 0 && segment[..at].IndexOf((byte)':') is >= 0 and int colon)
        {
            into.Plain(Readable(Unescape(segment[..colon])));
            segment = segment[at..];
        }
        int list = segment.IndexOfAny((byte)';', (byte)'=');
        if (list >= 0)
        {
            if (segment[list] == (byte)'=') list = 0;
            Whole(segment[..list], depth);
            Parameters(segment[list..], depth);
            return;
        }
        Whole(segment, depth);
    }

    private void Whole(ReadOnlySpan<byte> raw, int depth)
    {
        if (raw.IsEmpty) return;
        byte[] bytes = IsPlain(raw) ? [] : Unescape(raw);
        ReadOnlySpan<byte> unescaped = bytes.Length == 0 ? raw : bytes;
        string segment = Readable(unescaped);
        if (afterPerson && !IdentifyingNames.IsAction(segment))
        {
            int dot = segment.LastIndexOf('.');
            bool isPage = dot > 0 && segment.Length - dot <= 5 && IdentifyingNames.IsAction(segment[..dot]);
            if (isPage) into.Plain(segment);
            else Identify(Decoded(unescaped.ToArray()));
            afterPerson = false;
            return;
        }
        isClinical |= IdentifyingNames.IsClinical(segment);
        afterPerson = IdentifyingNames.IsPerson(segment) || (afterPerson && segment.Length == 0);
        if (depth < MostNesting && MayNest(unescaped)) Uri(unescaped, depth + 1);
        else into.Plain(segment);
    }

    private void Parameters(ReadOnlySpan<byte> list, int depth)
    {
        while (true)
        {
            int end = list.IndexOfAny((byte)'&', (byte)';');
            Parameter(end < 0 ? list : list[..end], depth);
            if (end < 0) return;
            into.Plain([(char)list[end]]);
            list = list[(end + 1)..];
        }
    }

    private void Parameter(ReadOnlySpan<byte> parameter, int depth)
    {
        int equals = parameter.IndexOf((byte)'=');
        if (equals < 0)
        {
            Value(parameter, depth);
            return;
        }
        string name = IsPlain(parameter[..equals]) ? Encoding.ASCII.GetString(parameter[..equals]) : Readable(Unescape(parameter[..equals]));
        into.Plain(name).Plain("=");
        ReadOnlySpan<byte> raw = parameter[(equals + 1)..];
        ParameterKind kind = IdentifyingNames.Kind(name);
        if (kind == ParameterKind.Plain && afterPerson && name == "_id") kind = ParameterKind.Identifying;
        if (kind == ParameterKind.Plain)
        {
            Value(raw, depth);
            return;
        }
        byte[] bytes = Unescape(raw, plusIsBlank: true);
        string value = Decoded(bytes);
        switch (kind)
        {
            case ParameterKind.Secret:
                into.Plain(value.Length == 0 ? "" : "***");
                break;
            case ParameterKind.IdentifyingIfClinical when !isClinical && !LooksLikeName(value):
            case ParameterKind.ReferenceIfClinical when !isClinical && !value.Contains("Patient/", StringComparison.OrdinalIgnoreCase) && !LooksLikeName(value):
                Value(raw, depth);
                break;
            case ParameterKind.Token:
                Each(value, '|');
                break;
            case ParameterKind.Reference or ParameterKind.ReferenceIfClinical:
                Each(value, '/');
                break;
            default:
                Identify(value);
                break;
        }
    }

    /// <summary>A value without a telling name: it may be a URI itself, or a query as a value.</summary>
    private void Value(ReadOnlySpan<byte> raw, int depth)
    {
        byte[] bytes = IsPlain(raw) ? [] : Unescape(raw);
        ReadOnlySpan<byte> unescaped = bytes.Length == 0 ? raw : bytes;
        if (depth < MostNesting && MayNest(unescaped))
        {
            bool person = afterPerson;
            Uri(unescaped, depth + 1);
            afterPerson = person;
            return;
        }
        into.Plain(Readable(unescaped));
    }

    /// <summary>Alternatives, of each of which only what follows the last separator identifies.</summary>
    private void Each(string value, char separator)
    {
        bool first = true;
        foreach (string one in value.Split(','))
        {
            if (!first) into.Plain(",");
            first = false;
            int after = one.LastIndexOf(separator) + 1;
            into.Plain(one.AsSpan(0, after));
            Identify(one[after..]);
        }
    }

    private void Identify(string value)
    {
        ReadOnlySpan<char> inner = value.AsSpan().Trim("*?\" ");
        int start = value.AsSpan().IndexOf(inner);
        into.Plain(value.AsSpan(0, start)).Masked(inner).Plain(value.AsSpan(start + inner.Length));
        if (inner.Length < 3) return;
        identifying ??= [];
        if (identifying.Count < MostKept) identifying.Add(inner.ToString());
    }

    private static bool MayNest(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 10 && bytes.IndexOfAny("=/?%"u8) >= 0
        && (HtmlTitle.IndexOf(bytes, "patient"u8) >= 0 || HtmlTitle.IndexOf(bytes, "identifier"u8) >= 0 || bytes.IndexOf("001000"u8) >= 0 || HtmlTitle.IndexOf(bytes, "birth"u8) >= 0 || HtmlTitle.IndexOf(bytes, "mrn"u8) >= 0);

    private static bool LooksLikeName(string text)
    {
        foreach (char c in text)
        {
            if (c == '^' || (c > 0x7F && char.IsLetter(c))) return true;
        }
        return false;
    }

    private static bool IsUid(string stem) => stem.Count(static c => c == '.') >= 3 && stem.All(static c => c == '.' || char.IsAsciiDigit(c));

    private static string Readable(ReadOnlySpan<byte> bytes)
    {
        if (IsPlain(bytes)) return Encoding.ASCII.GetString(bytes);
        StringBuilder text = new(bytes.Length);
        FieldText.Append(text, bytes);
        return text.ToString();
    }

    /// <summary>The characters that were meant: UTF-8, else the Chinese national standard, which every hospital system there still sends.</summary>
    private static string Decoded(byte[] bytes) => FieldText.IsUtf8(bytes) ? Encoding.UTF8.GetString(bytes) : HtmlTitle.Named("gb18030").GetString(bytes);

    /// <summary>Whether the bytes mean themselves: printable ASCII without an escape. Nearly all are.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~') && bytes.IndexOfAny((byte)'%', (byte)'\\') < 0;

    private static byte[] Unescape(ReadOnlySpan<byte> raw, bool plusIsBlank = false)
    {
        byte[] bytes = new byte[raw.Length];
        int count = 0;
        for (int i = 0; i < raw.Length; i++)
        {
            if (raw[i] == (byte)'%' && i + 2 < raw.Length && char.IsAsciiHexDigit((char)raw[i + 1]) && char.IsAsciiHexDigit((char)raw[i + 2]))
            {
                bytes[count++] = (byte)((Digit(raw[i + 1]) << 4) | Digit(raw[i + 2]));
                i += 2;
                continue;
            }
            bytes[count++] = plusIsBlank && raw[i] == (byte)'+' ? (byte)' ' : raw[i];
        }
        return bytes[..count];
    }

    private static int Digit(byte hex) => hex <= (byte)'9' ? hex - '0' : (hex | 0x20) - 'a' + 10;
}

/// <summary>What is known of the patients an exchange is about; never leaves the analyser.</summary>
/// <param name="IsClinical">Whether the interface is a clinical one.</param>
/// <param name="Identifying">Spans that were masked, for masking them elsewhere in the same exchange.</param>
internal readonly record struct PatientContext(bool IsClinical, List<string>? Identifying);
