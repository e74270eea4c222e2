namespace Wardkeeper.DeviceAgent;

/// <summary>One command with its options.</summary>
/// <param name="Command">The command's word.</param>
/// <param name="StateFolder">Where the state lies.</param>
/// <param name="ConfigFile">The settings that <c>init</c> reads.</param>
internal sealed record CommandLine(string Command, string StateFolder, string? ConfigFile)
{
    /// <summary>Where the state lies unless it is said.</summary>
    public const string DefaultFolder = "/var/lib/wardkeeper-agent";

    /// <summary>How it is used.</summary>
    public const string Usage = """
        wardkeeper-agent init --config FILE [--state DIR]   makes keys' store and seals the settings
        wardkeeper-agent enrol [--state DIR]                gets the first certificate; does nothing while it is good
        wardkeeper-agent run [--state DIR]                  sends measurements, renews, proves the device's state
        wardkeeper-agent attest [--state DIR]               proves the device's state to the hub once
        wardkeeper-agent rotate [--state DIR]               a new key and certificate now
        wardkeeper-agent status [--state DIR]               what is known, as JSON

        The state lies in /var/lib/wardkeeper-agent unless --state says where.
        Ends with 0 done, 1 a defect, 2 a mistake in command or settings, 3 waiting for approval, 4 chip or sealed store,
        5 refused by the hub, 6 hub not reachable or not trusted, 7 the device's clock.
        """;

    private static readonly string[] Words = ["init", "enrol", "run", "attest", "rotate", "status", "exchange"];

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="AgentFault">They are none of these.</exception>
    public static CommandLine Parse(IReadOnlyList<string> args)
    {
        if (args.Count == 0) throw Wrong("a command is missing");
        if (!Words.Contains(args[0])) throw Wrong($"\"{args[0]}\" is no command");
        string folder = DefaultFolder;
        string? config = null;
        for (int i = 1; i < args.Count; i += 2)
        {
            string value = i + 1 < args.Count ? args[i + 1] : throw Wrong($"{args[i]} needs a value");
            switch (args[i])
            {
                case "--state":
                    folder = Path.GetFullPath(value);
                    break;
                case "--config" when args[0] == "init":
                    config = value;
                    break;
                default:
                    throw Wrong($"{args[0]} knows no option {args[i]}");
            }
        }
        if (args[0] == "init" && config is null) throw Wrong("init needs --config FILE");
        return new CommandLine(args[0], folder, config);
    }

    private static AgentFault Wrong(string reason) => new(Outcome.Mistake, $"{reason}; 'wardkeeper-agent --help' shows how it is used");
}
