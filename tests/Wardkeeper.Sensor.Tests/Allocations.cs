namespace Wardkeeper.Sensor.Tests;

/// <summary>Counts what a piece of work allocates on this thread.</summary>
internal static class Allocations
{
    /// <summary>
    /// Bytes that the work allocates, the least of three rounds: the runtime itself allocates once in a while, when it compiles
    /// again, but what the work allocates shows every time.
    /// </summary>
    public static long Of(Action work)
    {
        long least = long.MaxValue;
        for (int round = 0; round < 3; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
