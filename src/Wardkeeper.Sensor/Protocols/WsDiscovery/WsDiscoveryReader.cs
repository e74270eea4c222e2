using System.Buffers.Text;
using System.Text;
using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.WsDiscovery;

/// <summary>Reads one envelope: its addressing headers, then each endpoint that its body names. WS-Discovery 1.1, 4 to 7.</summary>
internal sealed class WsDiscoveryReader(CaptureTime at, ByteRange range, bool isCurrent)
{
    private const int MostMatches = 32, MostWords = 16, LongestWord = 256;

    private readonly List<WsDiscoveryMessage> found = [];
    private string? messageId, relatesTo, kind, endpoint;
    private long? instance, metadata;
    private List<string>? types, addresses;
    private List<MaskedText>? scopes;
    private Fault? fault;

    /// <summary>Emits a row for each endpoint, or one for a message that names none; what it answers was wrong, or null.</summary>
    public Fault? Read(ReadOnlySpan<byte> envelope, ITransactionSink into)
    {
        XmlPull pull = new(envelope.StartsWith("\uFEFF"u8) ? envelope[3..] : envelope);
        Span<Part> path = stackalloc Part[XmlPull.MaxDepth + 2];
        while (pull.Read() is not XmlNode.End and XmlNode node)
        {
            if (node == XmlNode.Open)
            {
                path[pull.Depth] = PartOf(pull.LocalName);
                Open(in pull, path[pull.Depth]);
            }
            else if (node == XmlNode.Text && pull.Depth > 0)
            {
                TakeText(pull.Text, envelope, path[pull.Depth - 1], path[pull.Depth], into.Masker);
            }
            else if (node == XmlNode.Close && path[pull.Depth + 1] == Part.Match)
            {
                Add();
            }
        }
        if (kind is null) return WsDiscoveryFaults.NoMessage;
        if (found.Count == 0 || endpoint is not null) Add();
        foreach (WsDiscoveryMessage message in found) into.Emit(message with { Matches = found.Count });
        return fault;
    }

    private void Open(in XmlPull pull, Part part)
    {
        if (part == Part.AppSequence && pull.TryAttribute("InstanceId"u8, out ReadOnlySpan<byte> id)) instance = NumberOf(id);
        else if (part == Part.Message) kind ??= KindOf(pull.LocalName);
    }

    private void TakeText(ReadOnlySpan<byte> text, ReadOnlySpan<byte> envelope, Part parent, Part part, PatientMasker masker)
    {
        switch (part)
        {
            case Part.MessageId: messageId ??= XmlPull.Decode(text, Encoding.UTF8); break;
            case Part.RelatesTo: relatesTo ??= XmlPull.Decode(text, Encoding.UTF8); break;
            case Part.Address when parent == Part.EndpointReference: endpoint ??= XmlPull.Decode(text, Encoding.UTF8); break;
            case Part.MetadataVersion: metadata ??= NumberOf(text); break;
            case Part.Types:
                foreach (Range word in text.SplitAny(" \t\r\n"u8)) Add(ref types, text[word], envelope);
                break;
            case Part.XAddrs:
                foreach (Range word in text.SplitAny(" \t\r\n"u8)) Add(ref addresses, text[word], default);
                break;
            case Part.Scopes:
                List<string>? words = null;
                foreach (Range word in text.SplitAny(" \t\r\n"u8)) Add(ref words, text[word], default);
                if (words is not null) (scopes ??= []).AddRange(words.Take(MostWords - scopes.Count).Select(word => WsDiscoveryNames.Scope(word, masker)));
                break;
            default: break;
        }
    }

    private void Add(ref List<string>? list, ReadOnlySpan<byte> raw, ReadOnlySpan<byte> envelope)
    {
        if (XmlPull.Decode(raw, Encoding.UTF8, LongestWord) is not { } word) return;
        if (list?.Count == MostWords) fault = WsDiscoveryFaults.BeyondLimits;
        else (list ??= []).Add(envelope.IsEmpty ? word : WsDiscoveryNames.Type(word, envelope));
    }

    private void Add()
    {
        if (found.Count == MostMatches)
        {
            fault = WsDiscoveryFaults.BeyondLimits;
            return;
        }
        found.Add(new WsDiscoveryMessage(at, range)
        {
            Kind = kind ?? "other",
            Version = isCurrent ? "2009/01" : "2005/04",
            MessageId = messageId,
            RelatesTo = relatesTo,
            InstanceId = instance,
            Endpoint = endpoint,
            Types = types,
            Scopes = scopes,
            Xaddrs = addresses,
            MetadataVersion = metadata,
        });
        (endpoint, types, scopes, addresses, metadata) = (null, null, null, null, null);
    }

    private static long? NumberOf(ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \t\r\n"u8);
        return Utf8Parser.TryParse(text, out uint number, out int used) && used == text.Length ? number : null;
    }

    private static string KindOf(ReadOnlySpan<byte> name) => name switch
    {
        _ when name.SequenceEqual("Hello"u8) => "hello",
        _ when name.SequenceEqual("Bye"u8) => "bye",
        _ when name.SequenceEqual("Probe"u8) => "probe",
        _ when name.SequenceEqual("Resolve"u8) => "resolve",
        _ when name.SequenceEqual("ProbeMatches"u8) => "probe_matches",
        _ => "resolve_matches",
    };

    private static Part PartOf(ReadOnlySpan<byte> name) => name switch
    {
        _ when name.SequenceEqual("MessageID"u8) => Part.MessageId,
        _ when name.SequenceEqual("RelatesTo"u8) => Part.RelatesTo,
        _ when name.SequenceEqual("AppSequence"u8) => Part.AppSequence,
        _ when name.SequenceEqual("EndpointReference"u8) => Part.EndpointReference,
        _ when name.SequenceEqual("Address"u8) => Part.Address,
        _ when name.SequenceEqual("Types"u8) => Part.Types,
        _ when name.SequenceEqual("Scopes"u8) => Part.Scopes,
        _ when name.SequenceEqual("XAddrs"u8) => Part.XAddrs,
        _ when name.SequenceEqual("MetadataVersion"u8) => Part.MetadataVersion,
        _ when name.SequenceEqual("ProbeMatch"u8) || name.SequenceEqual("ResolveMatch"u8) => Part.Match,
        _ when name.SequenceEqual("Hello"u8) || name.SequenceEqual("Bye"u8) || name.SequenceEqual("Probe"u8) || name.SequenceEqual("Resolve"u8)
            || name.SequenceEqual("ProbeMatches"u8) || name.SequenceEqual("ResolveMatches"u8) => Part.Message,
        _ => Part.Other,
    };

    /// <summary>Elements that matter, by local name; which namespace a sender means by a prefix makes no difference here.</summary>
    private enum Part : byte
    {
        Other,
        MessageId,
        RelatesTo,
        AppSequence,
        Message,
        Match,
        EndpointReference,
        Address,
        Types,
        Scopes,
        XAddrs,
        MetadataVersion,
    }
}
