namespace Wardkeeper.Lab.Truth;

/// <summary>A scene that ran, as the truth tells it.</summary>
/// <param name="Name">Name of the scene.</param>
/// <param name="IsAttack">Whether it is an attack; a benign twin or oddity otherwise.</param>
/// <param name="Begin">First moment in the time of the capture, microseconds since 1970.</param>
/// <param name="End">Last moment.</param>
/// <param name="Techniques">ATT&amp;CK techniques.</param>
/// <param name="Facts">What it did, countable.</param>
/// <param name="Packets">Numbers of its packets in the capture, from 1, ascending.</param>
internal sealed record TruthScene(string Name, bool IsAttack, long Begin, long End, IReadOnlyList<string> Techniques, IReadOnlyList<(string What, string Value)> Facts, IReadOnlyList<long> Packets)
{
    /// <summary>The packets as ranges, both ends included.</summary>
    public IEnumerable<(long First, long Last)> Ranges()
    {
        for (int i = 0; i < Packets.Count;)
        {
            int last = i;
            while (last + 1 < Packets.Count && Packets[last + 1] == Packets[last] + 1) last++;
            yield return (Packets[i], Packets[last]);
            i = last + 1;
        }
    }
}
