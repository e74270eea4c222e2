namespace Wardkeeper.Fuzz;

/// <summary>Makes a find smaller by leaving things out as long as it stays the same find. Crude and bounded.</summary>
internal static class Minimiser
{
    private const int MostTries = 4000;

    public static byte[][] Minimise(IFuzzTarget target, byte[][] records, string what)
    {
        int tries = 0;
        bool Holds(byte[][] candidate) => tries++ < MostTries && Fuzzer.Failure(target, candidate) is { } failure && Fuzzer.NameOf(failure) == what;

        if (target.IsFramed) records = WithoutRecords(records, Holds);
        for (int which = 0; which < records.Length; which++) records = Shorter(records, which, target.Control, Holds);
        for (int which = 0; which < records.Length; which++) records = Plainer(records, which, Holds);
        return records;
    }

    private static byte[][] WithoutRecords(byte[][] records, Func<byte[][], bool> holds)
    {
        for (int length = Math.Max(1, records.Length / 2); length >= 1; length /= 2)
        {
            for (int at = 0; at + length <= records.Length;)
            {
                byte[][] candidate = [.. records[..at], .. records[(at + length)..]];
                if (holds(candidate)) records = candidate;
                else at += length;
            }
        }
        return records;
    }

    private static byte[][] Shorter(byte[][] records, int which, int control, Func<byte[][], bool> holds)
    {
        for (int length = Math.Max(1, records[which].Length / 2); length >= 1; length /= 2)
        {
            for (int at = control; at + length <= records[which].Length;)
            {
                byte[][] candidate = [.. records];
                candidate[which] = [.. records[which][..at], .. records[which][(at + length)..]];
                if (holds(candidate)) records = candidate;
                else at += length;
            }
        }
        return records;
    }

    private static byte[][] Plainer(byte[][] records, int which, Func<byte[][], bool> holds)
    {
        for (int at = 0; at < records[which].Length; at++)
        {
            if (records[which][at] is 0 or (byte)'A') continue;
            byte[][] candidate = [.. records];
            candidate[which] = [.. records[which]];
            candidate[which][at] = 0;
            if (holds(candidate)) records = candidate;
        }
        return records;
    }
}
