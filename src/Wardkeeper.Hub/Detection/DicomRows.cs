using System.Text.Json;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection;

/// <summary>What several detectors read from rows of the log <c>dicom</c>.</summary>
internal static class DicomRows
{
    /// <summary>Name of the log.</summary>
    public const string Log = "dicom";

    /// <summary>Whether a row is of a kind: <c>association</c>, <c>dimse</c>, <c>web</c> …</summary>
    public static bool Is(this TransactionRow row, string kind) => row.Says("kind"u8, kind);

    /// <summary>Who made the request of an exchange and who got it: the acceptor of an association may ask too.</summary>
    public static (Subject Requester, Subject Performer) Ends(this TransactionRow row, FlowView flow) =>
        row.Flag("from_acceptor"u8) == true ? (flow.Server, flow.Client) : (flow.Client, flow.Server);

    /// <summary>Whether a performed exchange had an effect: it succeeded, with or without a warning, or answers came.</summary>
    public static bool HasEffect(this TransactionRow row) => row.Text("status_class"u8) is "success" or "warning" || row.Number("pending_responses"u8) > 0;

    /// <summary>Texts of a list; null when the row has no such list.</summary>
    public static IReadOnlyList<string>? TextsOrNull(this TransactionRow row, ReadOnlySpan<byte> name) => Strings(row, name, default);

    /// <summary>One text of each object in a list.</summary>
    public static IReadOnlyList<string> Texts(this TransactionRow row, ReadOnlySpan<byte> name, ReadOnlySpan<byte> of) => Strings(row, name, of) ?? [];

    private static List<string>? Strings(TransactionRow row, ReadOnlySpan<byte> name, ReadOnlySpan<byte> of)
    {
        ReadOnlySpan<byte> value = row.Raw(name);
        Utf8JsonReader reader = new(value);
        return !value.IsEmpty && reader.Read() && reader.TokenType == JsonTokenType.StartArray ? Items(ref reader, of) : null;
    }

    private static List<string> Items(ref Utf8JsonReader reader, ReadOnlySpan<byte> of)
    {
        List<string> items = [];
        int depth = reader.CurrentDepth;
        bool isNext = of.IsEmpty;
        while (reader.Read() && !(reader.TokenType == JsonTokenType.EndArray && reader.CurrentDepth == depth))
        {
            int inside = reader.CurrentDepth - depth;
            if (reader.TokenType == JsonTokenType.String && isNext && inside == (of.IsEmpty ? 1 : 2)) items.Add(reader.GetString()!);
            if (!of.IsEmpty) isNext = reader.TokenType == JsonTokenType.PropertyName && inside == 2 && reader.ValueTextEquals(of);
        }
        return items;
    }
}
