using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Tests.Captures;
using Wardkeeper.Sensor.Tests.Flows;

namespace Wardkeeper.Sensor.Tests.Protocols;

/// <summary>In real captures, the bytes that claims of versions name are the versions.</summary>
public sealed class VersionPlaceCaptureTests
{
    [Fact]
    public void Survey()
    {
        string root = SharedFiles.Path("captures");
        SortedDictionary<string, (int With, int Without, int Wrong, string Example, string WithoutExample, string File)> seen = new(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(Path.Combine(root, "MANIFEST.tsv")).Skip(1))
        {
            string name = line.Split('\t')[0], path = Path.Combine(root, name);
            if (!File.Exists(path) || new FileInfo(path).Length > 4_000_000) continue;
            SensorRun run;
            SentBytes sent;
            try
            {
                run = SensorRun.Of([path]);
                sent = new(path);
            }
            catch (InvalidDataException)
            {
                continue;
            }
            Dictionary<string, FlowView> flows = run.Flows.GroupBy(flow => flow.View.Uid).ToDictionary(group => group.Key, group => group.First().View);
            foreach (Claim claim in run.Observations.OfType<Claim>().Where(claim => claim.Kind is ClaimKind.Software or ClaimKind.Firmware or ClaimKind.OperatingSystem or ClaimKind.Model or ClaimKind.Description or ClaimKind.HardwareVersion or ClaimKind.Vendor or ClaimKind.UserAgent or ClaimKind.ImplementationVersion))
            {
                string key = $"{claim.Protocol} {claim.Kind} {claim.Origin}";
                var was = seen.GetValueOrDefault(key);
                if (claim.Bytes is not { } range) { seen[key] = was with { Without = was.Without + 1, WithoutExample = was.WithoutExample ?? claim.Value, File = was.File ?? name }; continue; }
                byte[]? bytes = claim.Uid is { } uid && flows.TryGetValue(uid, out FlowView? flow) ? sent.Of(flow, range) : null;
                string? said = bytes is null ? null : TextOf(bytes);
                bool isRight = said is not null && (said == claim.Value || claim.Value.EndsWith(said, StringComparison.Ordinal) || said.StartsWith(claim.Value, StringComparison.Ordinal) || said.Contains(claim.Value));
                seen[key] = isRight ? was with { With = was.With + 1, Example = was.Example ?? $"{claim.Value}", File = was.File ?? name } : was with { Wrong = was.Wrong + 1, Example = $"WRONG {name} {claim.Uid} {range} '{claim.Value}' != '{said}'" };
            }
        }
        File.WriteAllLines("/tmp/hb-survey.txt", seen.Select(one => $"{one.Key}\t{one.Value.With}\t{one.Value.Without}\t{one.Value.Wrong}\t{one.Value.Example}\t{one.Value.WithoutExample}\t{one.Value.File}"));
    }

    private static string TextOf(byte[] bytes)
    {
        string text = bytes.Length > 1 && bytes[1] == 0 ? Encoding.Unicode.GetString(bytes) : Encoding.UTF8.GetString(bytes);
        return new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
    }
}
