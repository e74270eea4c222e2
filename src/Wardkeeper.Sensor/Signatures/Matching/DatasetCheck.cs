using System.Text;
using Wardkeeper.Sensor.Signatures.Rules;

namespace Wardkeeper.Sensor.Signatures.Matching;

/// <summary>
/// <c>dataset</c>: whether the buffer is one of a set of values. A set that no rule changes is asked at once; one that rules change is asked where all
/// shards meet, in packet order, so that the answer is the same with any number of workers.
/// </summary>
/// <param name="operation">isset, isnotset, set or unset.</param>
/// <param name="set">The set.</param>
/// <param name="matchesSubdomains">Whether a name matches that ends in one of the set.</param>
internal sealed class DatasetCheck(string operation, Dataset set, bool matchesSubdomains) : BufferCheck
{
    /// <summary>isset, isnotset, set or unset.</summary>
    public string Operation { get; } = operation;

    /// <summary>The set.</summary>
    public Dataset Set { get; } = set;

    /// <summary>Whether the question, if it is one, has the wanted answer.</summary>
    public bool Asks(bool isThere) => Operation switch { "isset" => isThere, "isnotset" => !isThere, _ => true };

    /// <inheritdoc/>
    public override bool Match(ref Inspection at, int index)
    {
        if (at.Buffer.Length > Dataset.LongestValue) return Operation == "isnotset" && at.Next(index);
        string value = Encoding.Latin1.GetString(at.Buffer);
        if (!Set.IsChanged) return Asks(Holds(value)) && at.Next(index);
        int before = at.Scratch.Values.Count;
        at.Scratch.Values.Add((this, value));
        if (at.Next(index)) return true;
        at.Scratch.Values.RemoveRange(before, at.Scratch.Values.Count - before);
        return false;
    }

    private bool Holds(string value)
    {
        if (Set.Loaded.Contains(value)) return true;
        if (!matchesSubdomains) return false;
        for (int dot = value.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = value.IndexOf('.', dot + 1))
        {
            if (Set.Loaded.Contains(value[dot..]) || Set.Loaded.Contains(value[(dot + 1)..])) return true;
        }
        return false;
    }
}
