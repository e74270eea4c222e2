using System.Security.Cryptography;
using System.Text;

namespace Wardkeeper.Bench.Identify;

/// <summary>A capture of which somebody said what device it is of.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Label">The device's model, as the collection names it.</param>
/// <param name="Mac">Its hardware address.</param>
/// <param name="Others">Labels of devices that share the address: they cannot be told apart by it.</param>
internal sealed record LabelledCapture(string Path, string Label, string Mac, IReadOnlySet<string> Others);

/// <summary>What is true of a label.</summary>
/// <param name="Vendor">Maker.</param>
/// <param name="Type">Type in the taxonomy.</param>
internal sealed record LabelTruth(string Vendor, string Type);

/// <summary>The collection's captures with ground truth about devices.</summary>
/// <param name="Captures">All of them, in order.</param>
/// <param name="Truth">By label.</param>
internal sealed record LabelledCaptures(IReadOnlyList<LabelledCapture> Captures, IReadOnlyDictionary<string, LabelTruth> Truth)
{
    /// <summary>Whether knowledge may have been written from a label's captures: the half that is not held back.</summary>
    public static bool IsFirstHalf(string label) => SHA256.HashData(Encoding.UTF8.GetBytes(label))[0] % 2 == 0;

    /// <summary>Reads the lists of a collection.</summary>
    public static LabelledCaptures Read(string collection)
    {
        Dictionary<string, LabelTruth> truth = File.ReadLines(Path.Combine(collection, "device-labels.tsv")).Skip(1).Select(line => line.Split('\t')).ToDictionary(cells => cells[0], cells => new LabelTruth(cells[1], cells[2]), StringComparer.Ordinal);
        List<(string Path, string Label, string Mac)> rows = [];
        foreach (string line in File.ReadLines(Path.Combine(collection, "MANIFEST.tsv")))
        {
            string[] cells = line.Split('\t');
            foreach (string part in cells.SelectMany(cell => cell.Split('|', StringSplitOptions.TrimEntries)).Where(part => part.StartsWith("device:", StringComparison.Ordinal)))
            {
                string[] fields = part["device:".Length..].Split(";mac=");
                if (fields.Length == 2 && truth.ContainsKey(fields[0])) rows.Add((Path.Combine(collection, cells[0]), fields[0], fields[1]));
            }
        }
        ILookup<string, string> sharing = rows.ToLookup(row => row.Mac, row => row.Label, StringComparer.Ordinal);
        return new LabelledCaptures([.. rows.Select(row => new LabelledCapture(row.Path, row.Label, row.Mac, sharing[row.Mac].ToHashSet(StringComparer.Ordinal)))], truth);
    }
}
