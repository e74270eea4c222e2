namespace Wardkeeper.Fuzz.Tests;

/// <summary>The loop itself: a fuzzer that finds nothing must be one that could have.</summary>
public class LoopTests
{
    [Fact]
    public void Planted_defect_is_found_and_made_small()
    {
        Fuzzer fuzzer = new(new Planted(), seed: 1);
        fuzzer.Run([], 200_000, static () => false);

        Find find = Assert.Single(fuzzer.Finds);
        Assert.Equal("planted", find.What);
        byte[] record = Assert.Single(find.Records);
        Assert.Equal([0, 0xFF], record);
    }

    [Fact]
    public void Same_seed_runs_the_same_inputs()
    {
        Planted one = new(), two = new();
        new Fuzzer(one, seed: 5).Run([], 500, static () => false);
        new Fuzzer(two, seed: 5).Run([], 500, static () => false);
        Assert.Equal(one.Digest, two.Digest);
    }

    private sealed class Planted : IFuzzTarget
    {
        public string Name => "planted";

        public int Control => 1;

        public int Digest { get; private set; }

        public IEnumerable<byte[][]> Seeds() => [[[0, 1, 2, 3, 4, 5]], [[1, 9], [0, 8, 7]]];

        public void Run(byte[][] records, bool isThorough)
        {
            foreach (byte one in Records.Write(records)) Digest = (Digest * 31) + one;
            BrokenPromiseException.Unless(!records.Any(record => record.Length > 1 && record.Skip(1).Contains((byte)0xFF)), "planted");
        }
    }
}
