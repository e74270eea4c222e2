using System.Globalization;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Analyze;

/// <summary>Writes findings. Titles are in both languages, so that the file does not depend on the reader's.</summary>
internal static class FindingRows
{
    /// <summary>Writes one.</summary>
    public static void Write(RowWriter row, Finding finding)
    {
        row.Time("ts"u8, finding.First);
        row.Text("id"u8, finding.Id);
        row.Text("type"u8, finding.Type);
        row.Text("severity"u8, finding.Severity.Word());
        row.Real("confidence"u8, finding.Confidence);
        row.Text("src"u8, NullIfEmpty(finding.Subject.Address));
        row.Text("dst"u8, NullIfEmpty(finding.Peer?.Address));
        row.Text("device"u8, DeviceOf(finding.Subject));
        row.Text("dst_device"u8, DeviceOf(finding.Peer));
        row.Text("technique"u8, finding.Technique);
        row.Text("title"u8, finding.Title.In(chinese: false));
        row.Text("title_zh"u8, finding.Title.In(chinese: true));
        row.Objects("facts"u8, finding.Facts, static (row, fact) =>
        {
            row.Text("name"u8, fact.Name);
            row.Text("observed"u8, fact.Observed);
            row.Text("expected"u8, fact.Expected);
        });
        row.Text("explanation"u8, finding.Explanation.In(chinese: false));
        row.Text("explanation_zh"u8, finding.Explanation.In(chinese: true));
        row.Text("duty"u8, finding.Duty.Word());
        row.Texts("reached_from"u8, finding.ReachedFrom.Count == 0 ? null : finding.ReachedFrom);
        row.Time("last"u8, finding.Last);
        row.Number("count"u8, finding.Count);
        row.Objects("evidence"u8, finding.Evidence, static (row, one) =>
        {
            row.Time("ts"u8, one.At);
            row.Text("uid"u8, one.Uid);
            row.Number("packet"u8, one.Packet == 0 ? null : one.Packet);
            row.Text("log"u8, one.Log);
        });
    }

    private static string? DeviceOf(Party? party) => party?.Device is { } device ? "D-" + device.Id.ToString(CultureInfo.InvariantCulture) : null;

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
