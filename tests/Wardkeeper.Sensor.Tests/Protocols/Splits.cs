using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Sensor.Tests.Protocols;

/// <summary>
/// Holds every stream analyser to its contract: wherever the bytes are cut, the same transactions come out; whatever is lost,
/// none is invented.
/// </summary>
internal static class Splits
{
    /// <summary>Compares the whole conversation with every two-way cut, byte by byte and seeded random cuts.</summary>
    public static void HoldFor<TAnalyser>(IReadOnlyList<Said> said, FlowView? view = null)
        where TAnalyser : IProtocol, new()
    {
        Conversation whole = Conversation.Of<TAnalyser>(said, view);
        string[] expected = whole.Lines;
        Same(expected, whole, Conversation.Of<TAnalyser>(said.SelectMany(Bytewise), view), "byte by byte");

        int total = said.Sum(one => one.Bytes.Length), stride = Math.Max(1, total / 2000);
        for (int message = 0; message < said.Count; message++)
        {
            for (int cut = 1; cut < said[message].Bytes.Length; cut += stride)
            {
                List<Said> parts = [.. said];
                parts[message] = said[message] with { Bytes = said[message].Bytes[..cut] };
                parts.Insert(message + 1, said[message] with { Bytes = said[message].Bytes[cut..], Continues = true });
                Same(expected, whole, Conversation.Of<TAnalyser>(parts, view), $"message {message} cut at {cut}");
            }
        }

        Random random = new(12345);
        for (int round = 0; round < 200; round++)
            Same(expected, whole, Conversation.Of<TAnalyser>(said.SelectMany(one => RandomCuts(one, random)), view), $"random round {round}");
    }

    /// <summary>Any lost piece may cost transactions but never invents one.</summary>
    /// <param name="same">How a transaction is told from another; default: its line. Choose fewer fields where loss honestly makes a transaction poorer.</param>
    public static void SurviveGapsFor<TAnalyser>(IReadOnlyList<Said> said, Func<Transaction, string>? same = null, FlowView? view = null)
        where TAnalyser : IProtocol, new()
    {
        same ??= static transaction => Conversation.Render([transaction])[0];
        HashSet<string> expected = [.. Conversation.Of<TAnalyser>(said, view).Transactions.Select(same)];
        Random random = new(54321);
        for (int round = 0; round < 300; round++)
        {
            List<Said> pieces = [.. said.SelectMany(one => RandomCuts(one, random))];
            int lost = random.Next(pieces.Count), count = Math.Min(pieces.Count - lost, 1 + random.Next(3));
            for (int i = lost; i < lost + count; i++) pieces[i] = pieces[i] with { Bytes = [], Missing = Math.Max(1, pieces[i].Bytes.Length) };
            foreach (Transaction transaction in Conversation.Of<TAnalyser>(pieces, view).Transactions)
                Assert.True(expected.Contains(same(transaction)), $"round {round}, pieces {lost}+{count} lost: invented {same(transaction)}");
        }
    }

    private static void Same(string[] expected, Conversation whole, Conversation cut, string where)
    {
        Assert.True(expected.SequenceEqual(cut.Lines), $"{where}: expected\n{string.Join('\n', expected)}\ngot\n{string.Join('\n', cut.Lines)}");
        Assert.True(whole.Outcome == cut.Outcome && whole.Successor == cut.Successor, $"{where}: outcome {cut.Outcome}, expected {whole.Outcome}");
        Assert.True(whole.Faults.Distinct().ToHashSet().SetEquals(cut.Faults), $"{where}: faults {string.Join(',', cut.Faults)}");
    }

    private static IEnumerable<Said> Bytewise(Said one) =>
        one.Missing > 0 ? [one] : one.Bytes.Select((b, i) => one with { Bytes = [b], Continues = one.Continues || i > 0 });

    private static IEnumerable<Said> RandomCuts(Said one, Random random)
    {
        if (one.Missing > 0) yield return one;
        int from = 0;
        while (from < one.Bytes.Length)
        {
            int length = Math.Min(one.Bytes.Length - from, 1 + random.Next(random.Next(4) == 0 ? 1500 : 40));
            yield return one with { Bytes = one.Bytes[from..(from + length)], Continues = one.Continues || from > 0 };
            from += length;
        }
    }
}
