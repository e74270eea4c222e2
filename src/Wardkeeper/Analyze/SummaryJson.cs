using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Analyze;

/// <summary>The summary for programs. No wall-clock time, path or machine detail: the same input gives the same bytes.</summary>
internal static class SummaryJson
{
    /// <summary>The summary as JSON.</summary>
    public static string Text(Summary summary)
    {
        using MemoryStream json = new();
        Write(json, summary, Stream.Null);
        return Encoding.UTF8.GetString(json.GetBuffer().AsSpan(0, (int)json.Length));
    }

    /// <summary>Writes the summary as JSON, its devices last.</summary>
    /// <param name="into">Where it goes.</param>
    /// <param name="summary">What to write.</param>
    /// <param name="devices">Where the devices go besides, a line each: they are the most of it, and made once.</param>
    public static void Write(Stream into, Summary summary, Stream devices)
    {
        JsonRows rows = new(new PatientNames(false));
        rows.Line(summary, static (row, summary) => Fields(row, summary));
        into.Write(Indented(rows.Written).TrimEnd("\n}"u8));
        into.Write(",\n  \"devices\": ["u8);
        bool first = true;
        foreach (Device device in summary.Devices)
        {
            rows.Clear();
            rows.Line(device, DeviceRows.Write);
            devices.Write(rows.Written);
            into.Write(first ? "\n    "u8 : ",\n    "u8);
            into.Write(rows.Written.TrimEnd((byte)'\n'));
            first = false;
        }
        into.Write(first ? "]\n}\n"u8 : "\n  ]\n}\n"u8);
    }

    /// <summary>The same JSON for people's eyes, a field a line.</summary>
    private static ReadOnlySpan<byte> Indented(ReadOnlySpan<byte> json)
    {
        ArrayBufferWriter<byte> into = new(json.Length * 2);
        Utf8JsonReader reader = new(json);
        using (JsonDocument document = JsonDocument.ParseValue(ref reader))
        using (Utf8JsonWriter writer = new(into, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true }))
        {
            document.WriteTo(writer);
        }
        return into.WrittenSpan;
    }

    private static void Fields(RowWriter row, Summary summary)
    {
        row.Number("packets"u8, summary.Packets);
        row.Number("bytes"u8, summary.Bytes);
        row.Time("first"u8, summary.Span?.First);
        row.Time("last"u8, summary.Span?.Last);
        row.Number("flows"u8, summary.Flows);
        row.Number("patients"u8, summary.Patients);
        row.Objects("captures"u8, summary.Captures, Capture);
        row.Objects("protocols"u8, [.. summary.Services], static (row, pair) =>
        {
            row.Text("service"u8, pair.Key);
            row.Number("flows"u8, pair.Value.Flows);
            row.Number("packets"u8, pair.Value.Packets);
            row.Number("bytes"u8, pair.Value.Bytes);
        });
        row.Objects("transactions"u8, [.. summary.Transactions], static (row, pair) =>
        {
            row.Text("log"u8, pair.Key);
            row.Number("rows"u8, pair.Value);
        });
        row.Number("findings"u8, summary.Findings.Count);
        row.Objects("findings_by_severity"u8, [.. summary.Findings.GroupBy(finding => finding.Severity).OrderByDescending(group => group.Key)], static (row, group) =>
        {
            row.Text("severity"u8, group.Key.Word());
            row.Number("findings"u8, group.Count());
        });
        row.Objects("findings_by_type"u8, [.. summary.Findings.GroupBy(finding => finding.Type).OrderBy(group => group.Key, StringComparer.Ordinal)], static (row, group) =>
        {
            row.Text("type"u8, group.Key);
            row.Number("findings"u8, group.Count());
        });
        row.Objects("counters"u8, summary.Counters, static (row, counter) =>
        {
            row.Text("name"u8, counter.Name);
            row.Number("count"u8, counter.Count);
            row.Number("first_packet"u8, counter.FirstPacket);
        });
        row.Objects("warnings"u8, summary.Problems, Problem);
    }

    private static void Capture(RowWriter row, CaptureInfo capture)
    {
        row.Text("name"u8, Path.GetFileName(capture.Name));
        row.Text("format"u8, capture.Format);
        row.Number("packets"u8, capture.Packets);
        row.Number("bytes"u8, capture.Bytes);
        row.Time("first"u8, capture.First);
        row.Time("last"u8, capture.Last);
    }

    private static void Problem(RowWriter row, CaptureProblem problem)
    {
        row.Text("capture"u8, Path.GetFileName(problem.Source));
        row.Text("kind"u8, problem.Kind.ToString());
        row.Number("byte_offset"u8, problem.ByteOffset);
        row.Number("packet"u8, problem.PacketNumber);
        row.Text("detail"u8, problem.Detail);
    }
}
