using System.Globalization;
using System.Runtime.InteropServices;

namespace Wardkeeper.Fuzz;

/// <summary>Command line of <c>fuzz/run</c>.</summary>
internal static class Program
{
    private const string Usage = """
        usage: fuzz/run [--target NAME] [--runs N] [--seconds N] [--seed N]   runs targets; a name that ends in ':' stands for all that begin with it
               fuzz/run --all [--target NAME] [--runs N] [--seconds N]        goes on until every target has so many runs, and writes fuzz/figures.tsv
               fuzz/run --coverage                                            replays all known inputs, keeps the few that are needed, writes fuzz/coverage.tsv
               fuzz/run --list                                                names the targets
        """;

    public static int Main(string[] arguments)
    {
        if (arguments is ["--count", { } assembly])
        {
            StatementCounter.Instrument(assembly);
            return 0;
        }
        Coverage.Begin();
        Statements? statements = Statements.Begin();
        string? name = null, mode = null;
        long runs = 100_000;
        int seconds = int.MaxValue, seed = 1;
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is "--list" or "--all" or "--coverage")
            {
                mode = arguments[i];
                continue;
            }
            string value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            bool isRead = arguments[i] switch
            {
                "--target" => (name = value).Length > 0,
                "--runs" => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out runs),
                "--seconds" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seconds),
                "--seed" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seed),
                _ => false,
            };
            if (!isRead) return Refuse($"fuzz: cannot read {arguments[i]} {value}");
            i++;
        }
        IFuzzTarget[] chosen = [.. FuzzTargets.All.Where(target => name is null || target.Name == name || (name.EndsWith(':') && target.Name.StartsWith(name, StringComparison.Ordinal)))];
        if (chosen.Length == 0) return Refuse($"fuzz: no target is called {name}; --list names them");
        if (mode == "--list") return List(chosen);
        if (mode == "--coverage") return statements is null ? Refuse("fuzz: the sensor is not counted; use fuzz/run") : Cover(chosen, statements);
        using Turns turns = new(TimeSpan.FromSeconds(seconds));
        using PosixSignalRegistration signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            turns.Stop();
        });
        return mode == "--all" ? turns.All(chosen, runs) : turns.Each(chosen, runs, seed);
    }

    private static int List(IFuzzTarget[] targets)
    {
        foreach (IFuzzTarget target in targets) Console.WriteLine(target.Name);
        return 0;
    }

    private static int Cover(IFuzzTarget[] targets, Statements statements)
    {
        bool[] all = statements.Nothing();
        foreach (IFuzzTarget target in targets)
        {
            Corpus.Distil(target, statements, all);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target.Name,-28}{Corpus.Kept(target).Count(),6} inputs, {all.Count(static one => one),6} statements so far"));
        }
        foreach (FolderCoverage folder in statements.Folders(all)) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{folder.Folder,-36}{folder.Ran,7} of {folder.All,6}{folder.Share,8:P1}"));
        if (targets.Length == FuzzTargets.All.Count) Figures.Write(statements.Folders(all));
        File.WriteAllLines(Path.Combine(AppContext.BaseDirectory, "..", "missed.txt"), statements.Missed(all));
        return 0;
    }

    private static int Refuse(string why)
    {
        Console.Error.WriteLine(why);
        Console.Error.WriteLine(Usage);
        return 2;
    }
}
