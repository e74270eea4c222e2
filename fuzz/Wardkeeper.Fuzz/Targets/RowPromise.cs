using System.Text;
using System.Text.Json;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>What a row promises its readers: it is one JSON object, names no field twice, and gives of each field what the object holds, whether its writer noted the places or the bytes are walked over.</summary>
internal static class RowPromise
{
    /// <summary>Reads every field of a row in both ways.</summary>
    /// <param name="transaction">What was said.</param>
    /// <param name="rows">Has just written it as its only line.</param>
    /// <exception cref="BrokenPromiseException">A field is not what the object holds.</exception>
    public static void Check(Transaction transaction, JsonRows rows)
    {
        TransactionRow noted = new(transaction.Log, transaction.At, transaction.Began ?? transaction.At, transaction.Flow, rows.Memory[..^1]) { Written = rows.Fields };
        TransactionRow walked = new(noted.Log, noted.At, noted.Began, noted.Flow, noted.Json.ToArray());
        using JsonDocument parsed = JsonDocument.Parse(walked.Json);
        HashSet<string> names = [];
        foreach (JsonProperty field in parsed.RootElement.EnumerateObject())
        {
            BrokenPromiseException.Unless(names.Add(field.Name), "field-twice", field.Name);
            byte[] name = Encoding.UTF8.GetBytes(field.Name);
            BrokenPromiseException.Unless(noted.Raw(name).SequenceEqual(walked.Raw(name)) && Encoding.UTF8.GetString(noted.Raw(name)) == field.Value.GetRawText(), "field-is-not-in-its-place", field.Name);
            BrokenPromiseException.Unless(IsRead(walked, name, field.Value), "field-is-read-otherwise", field.Name);
        }
        BrokenPromiseException.Unless(walked.Raw("no such field"u8).IsEmpty && noted.Raw("no such field"u8).IsEmpty, "field-that-is-not-there");
        BrokenPromiseException.Unless(walked.Reading(static row => row.Log) == walked.Reading(static row => row.Log), "reading-differs");
    }

    private static bool IsRead(TransactionRow row, byte[] name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => row.Text(name) == value.GetString() && row.Number(name) is null && row.Says(name, "never said") == (value.GetString() == "never said"),
        JsonValueKind.Number => row.Number(name) == (value.TryGetInt64(out long whole) ? whole : null) && row.Real(name) == value.GetDouble() && row.Text(name) is null,
        JsonValueKind.True or JsonValueKind.False => row.Flag(name) == value.GetBoolean() && row.Real(name) is null,
        JsonValueKind.Array => row.Texts(name).SequenceEqual(value.EnumerateArray().Where(static one => one.ValueKind == JsonValueKind.String).Select(static one => one.GetString()))
            && row.Numbers(name).SequenceEqual(value.EnumerateArray().TakeWhile(static one => one.ValueKind == JsonValueKind.Number && one.TryGetInt64(out _)).Select(static one => one.GetInt64())),
        _ => row.Flag(name) is null,
    };
}
