using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;

namespace Wardkeeper.Lab.Commands;

/// <summary>The lab's command line. Exit codes: 0 done, 1 something in the hospital did not happen as planned, 2 a mistake of the user's or of the machine's.</summary>
internal static class LabCommand
{
    /// <summary>Parses and runs.</summary>
    public static int Run(string[] arguments)
    {
        RootCommand root = new("A hospital in a box: real programs and emitters in network namespaces, a planned day, its recording and its truth.")
        {
            UpCommand.Create(), RecordCommand.Create(), AttackCommand.Create(), SceneCommand.Create(), ListCommand.Create(), DownCommand.Create(), DoctorCommand.Create(), SynthCommand.Create(),
        };
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors) Console.Error.WriteLine($"wardkeeper lab: {error.Message}");
            Console.Error.WriteLine("Run 'wardkeeper lab --help' or 'wardkeeper lab COMMAND --help' for usage.");
            return 2;
        }
        // Tearing down takes seconds; nothing may cut it short.
        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    /// <summary>Runs a command so that Ctrl-C, a request to end and a closed terminal let it clean up, and mistakes become sentences.</summary>
    public static async Task<int> GuardAsync(Func<CancellationToken, Task<int>> command)
    {
        using CancellationTokenSource stop = new();
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop), hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        try
        {
            return await command(stop.Token);
        }
        catch (LabException mistake)
        {
            Console.Error.WriteLine($"wardkeeper lab: {mistake.Message}");
            return 2;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"wardkeeper lab: {e.Message}");
            return 2;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 130;
        }
    }
}
