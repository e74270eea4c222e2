namespace Wardkeeper.Platform.Control;

/// <summary>Whoever can carry out commands on a data folder: the process that owns it, through its socket, or this one when nobody does.</summary>
internal interface IControl : IAsyncDisposable
{
    /// <summary>Carries a command out.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="progress">Receives lines while it takes long.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>The last answer; never one with progress.</returns>
    /// <exception cref="UserError">It cannot be done; says what to do.</exception>
    Task<ControlAnswer> RunAsync(ControlRequest request, Action<string> progress, CancellationToken cancel);
}

/// <summary>One command that the owner of the data folder carries out.</summary>
internal interface IControlCommand
{
    /// <summary>Its name in a request.</summary>
    string Name { get; }

    /// <summary>Carries it out.</summary>
    /// <exception cref="UserError">It cannot be done; says what to do.</exception>
    Task<ControlAnswer> RunAsync(ControlRequest request, Action<string> progress, CancellationToken cancel);
}

/// <summary>Finds the command of a request and carries it out; the same for both ways.</summary>
internal sealed class ControlDispatcher(IEnumerable<IControlCommand> commands)
{
    private readonly Dictionary<string, IControlCommand> commands = commands.ToDictionary(command => command.Name, StringComparer.Ordinal);

    /// <summary>Names of all commands.</summary>
    public IEnumerable<string> Names => commands.Keys;

    /// <summary>Carries a request out. A person's mistake comes back as an answer.</summary>
    public async Task<ControlAnswer> RunAsync(ControlRequest request, Action<string> progress, CancellationToken cancel)
    {
        if (request.Version != ControlProtocol.Version)
            return Mistake($"The running Wardkeeper speaks version {ControlProtocol.Version} of the control protocol, this command version {request.Version}. Restart it, so that both are of one release.");
        if (!commands.TryGetValue(request.Command, out IControlCommand? command)) return Mistake($"The running Wardkeeper does not know the command '{request.Command}'. Restart it, so that both are of one release.");
        try
        {
            return await command.RunAsync(request, progress, cancel) with { IsDone = true };
        }
        catch (UserError error)
        {
            return new ControlAnswer { IsDone = true, Mistakes = error.Lines, ExitCode = 2 };
        }
    }

    /// <summary>The answer to a mistake.</summary>
    public static ControlAnswer Mistake(string what) => new() { IsDone = true, Mistakes = [what], ExitCode = 2 };
}
