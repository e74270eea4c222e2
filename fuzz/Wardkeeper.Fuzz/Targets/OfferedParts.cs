using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures.Buffers;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>Stands for loaded rules: takes every part that an analyser offers, and tells what rules would have been asked about, transaction by transaction of each side.</summary>
internal sealed class OfferedParts : IBufferSink
{
    private readonly List<(BufferName Name, byte[] Bytes, bool IsMore)>[] open = [[], []];
    private readonly StringBuilder[] told = [new(), new()];

    /// <inheritdoc/>
    public void Offer(BufferName name, Side side, ReadOnlySpan<byte> bytes) => open[(int)side].Add((name, bytes.ToArray(), false));

    /// <inheritdoc/>
    public void Offer(BufferName name, Side side, long number) => open[(int)side].Add((name, Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)), false));

    /// <inheritdoc/>
    public void Append(BufferName name, Side side, ReadOnlySpan<byte> bytes) => open[(int)side].Add((name, bytes.ToArray(), true));

    /// <inheritdoc/>
    public void Event(Side side, string name) => told[(int)side].Append("event ").AppendLine(name);

    /// <inheritdoc/>
    public void Complete(Side side)
    {
        StringBuilder text = told[(int)side];
        foreach (IGrouping<BufferName, (BufferName Name, byte[] Bytes, bool IsMore)> name in open[(int)side].GroupBy(part => part.Name).OrderBy(group => group.Key))
        {
            text.Append(name.Key).Append(' ');
            foreach ((_, byte[] bytes, bool isMore) in name) text.Append(isMore ? "" : "|").Append(Convert.ToHexString(bytes));
            text.AppendLine();
        }
        text.AppendLine("asked");
        open[(int)side].Clear();
    }

    /// <summary>All that rules were asked about; what was offered and never asked about does not count.</summary>
    public string Told() => $"client\n{told[0]}server\n{told[1]}";
}
