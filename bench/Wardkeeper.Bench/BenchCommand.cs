namespace Wardkeeper.Bench;

/// <summary>An option of a benchmark.</summary>
/// <param name="Name">With its hyphens.</param>
/// <param name="Value">What it takes: empty for nothing, in brackets when that may be left out.</param>
/// <param name="Meaning">In a few words.</param>
internal sealed record BenchOption(string Name, string Value, string Meaning);

/// <summary>One benchmark: its word after <c>./wardkeeper bench</c>, what it shows and what it takes. The help and the check of the command line are made of this.</summary>
/// <param name="Word">The word; empty for the benchmark of the sensor.</param>
/// <param name="Shows">In a sentence.</param>
/// <param name="Options">Its options.</param>
internal sealed record BenchCommand(string Word, string Shows, params BenchOption[] Options)
{
    private static readonly BenchOption Captures = new("--captures", "DIR", "a collection of captures (beside the checkout: shared/captures)");

    /// <summary>All of them, that of the sensor first.</summary>
    public static IReadOnlyList<BenchCommand> All { get; } =
    [
        new("", "The sensor with all its output against ndpiReader and tshark, in turn on the same files.",
            new("--rounds", "N", "rounds, of which the best counts (3)"), new("--only", "LETTERS", "corpora: a dense, b bulk DICOM, c hospital day (abc)"), Captures,
            new("--program", "FILE", "the program to be measured (.build/app/wardkeeper)"), new("--no-tshark", "", "leaves out tshark, which takes longest")),
        new("platform", "The figures of the platform, each with its bar.",
            new("--only", "LIST", "sections: days, path, history, devices, start"), new("--observations", "N", "observations through the whole hub"), new("--rows", "N", "rows of history"),
            new("--devices", "N", "devices in the ledger"), new("--days", "N", "days of the long run"), new("--flows", "N", "flows of the long run"),
            new("--postgres", "CONNECTION", "an empty database, used instead of the file"), new("--program", "FILE", "the program to be started (.build/platform/wardkeeper-platform)"), new("--keep", "DIR", "where the data stay")),
        new("identify", "How right the identification is.", Captures, new("--lab", "DIR", "recordings of the laboratory in folders of it, judged besides"), new("--out", "FILE", "the page that is written (docs/identification.md)"), new("--speed", "", "only what the identification costs")),
        new("quality", "What detection says of captures of which it is known whether there is an attack in them.",
            Captures, new("--lab", "DIR", "recordings of the laboratory"), new("--days", "DIR", "recorded days without an attack"), new("--cost", "[FILE]", "only what detectors cost"),
            new("--types", "A,B", "lists findings of these types"), new("--rows", "[FILE]", "lists findings"), new("--all", "", "lists findings of the whole collection"),
            new("--out", "FILE", "the page that is written (docs/detection-quality.md)")),
        new("trust", "What a certificate by EST costs the hub.",
            new("--devices", "N", "devices (8)"), new("--each", "N", "renewals of each (250)"), new("--program", "FILE", "the program to be started (.build/platform/wardkeeper-platform)")),
        new("admission", "What a decision about admission costs the hub, behind a real FreeRADIUS.",
            new("--seconds", "N", "how long"), new("--devices", "N", "devices"), new("--handshakes", "N", "handshakes of TLS"), new("--program", "FILE", "the program to be started (.build/platform/wardkeeper-platform)")),
    ];

    /// <summary>Answers a call for help and refuses what no benchmark takes.</summary>
    /// <param name="args">The words after <c>./wardkeeper bench</c>.</param>
    /// <param name="text">Where help goes.</param>
    /// <param name="errors">Where mistakes go.</param>
    /// <returns>The exit code, or null when the benchmark is to be run.</returns>
    public static int? Answer(string[] args, TextWriter text, TextWriter errors)
    {
        string word = args.Length > 0 && !args[0].StartsWith('-') ? args[0] : "";
        BenchCommand? command = All.FirstOrDefault(one => one.Word == word);
        string[] rest = word.Length == 0 ? args : args[1..];
        if (command is not null && rest.Any(arg => arg is "--help" or "-h"))
        {
            command.Help(text);
            return 0;
        }
        string? mistake = command is null ? $"there is no benchmark called {word}; there are {string.Join(", ", All.Skip(1).Select(one => one.Word))}" : command.Mistake(rest);
        if (mistake is null) return null;
        errors.WriteLine($"bench: {mistake}");
        errors.WriteLine($"Run './wardkeeper bench {(command is null || word.Length == 0 ? "" : word + " ")}--help' for usage.");
        return 2;
    }

    private void Help(TextWriter text)
    {
        text.WriteLine(Shows);
        text.WriteLine($"\nUsage: ./wardkeeper bench {(Word.Length == 0 ? "" : Word + " ")}[options]\n");
        foreach (BenchOption option in Options.Append(new BenchOption("--help", "", "shows this"))) text.WriteLine($"  {option.Name + " " + option.Value,-28}{option.Meaning}");
        if (Word.Length > 0) return;
        text.WriteLine("\nOther benchmarks, each with its own --help:\n");
        foreach (BenchCommand other in All.Skip(1)) text.WriteLine($"  {other.Word,-28}{other.Shows}");
    }

    /// <summary>What is wrong with a command line; null when nothing is.</summary>
    private string? Mistake(string[] args)
    {
        for (int i = 0; i < args.Length; i++)
        {
            if (Options.FirstOrDefault(one => one.Name == args[i]) is not { } option) return $"{args[i]} is no option";
            bool isFollowed = i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal);
            if (option.Value.Length > 0 && option.Value[0] != '[' && !isFollowed) return $"{option.Name} needs {option.Value}";
            if (option.Value.Length > 0 && isFollowed) i++;
        }
        return null;
    }
}
