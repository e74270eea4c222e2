namespace Wardkeeper.Sensor;

/// <summary>
/// Runs a round of numbered tasks on a fixed set of threads, the caller's among them, each taking the next task as it becomes
/// free. With one worker no thread is started.
/// </summary>
internal sealed class WorkRound : IDisposable
{
    private readonly int tasks;
    private readonly Action<int> work;
    private readonly Barrier? barrier;
    private readonly Thread[] threads;
    private int taken, done;
    private volatile bool over;
    private Exception? failure;

    /// <summary>Starts the threads.</summary>
    /// <param name="workers">Threads in all, at least 1.</param>
    /// <param name="tasks">Tasks in a round, numbered from 0 and begun in that order.</param>
    /// <param name="work">Does one task.</param>
    public WorkRound(int workers, int tasks, Action<int> work)
    {
        (this.tasks, this.work) = (tasks, work);
        threads = new Thread[workers - 1];
        if (threads.Length == 0) return;
        barrier = new Barrier(workers);
        for (int i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(Serve) { IsBackground = true, Name = $"sensor {i + 2}" };
            threads[i].Start();
        }
    }

    /// <summary>Whether tasks of this round besides the asking one are still to be done. A task that can leave work for later asks this.</summary>
    public bool OthersWork => Volatile.Read(ref done) < tasks - 1;

    /// <summary>Runs every task once and returns when all are done.</summary>
    /// <exception cref="InvalidOperationException">A task failed; the inner exception says how.</exception>
    public void Run()
    {
        (taken, done) = (-1, 0);
        barrier?.SignalAndWait();
        Take();
        barrier?.SignalAndWait();
        if (failure is { } failed) throw new InvalidOperationException("The sensor met a defect of its own.", failed);
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        over = true;
        barrier?.SignalAndWait();
        foreach (Thread thread in threads) thread.Join();
        barrier?.Dispose();
    }

    private void Serve()
    {
        while (true)
        {
            barrier!.SignalAndWait();
            if (over) return;
            Take();
            barrier.SignalAndWait();
        }
    }

    private void Take()
    {
        try
        {
            for (int task = Interlocked.Increment(ref taken); task < tasks; task = Interlocked.Increment(ref taken))
            {
                work(task);
                Interlocked.Increment(ref done);
            }
        }
        catch (Exception e) when (threads.Length > 0)
        {
            Interlocked.CompareExchange(ref failure, e, null);
        }
    }
}
