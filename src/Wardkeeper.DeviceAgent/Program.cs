[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

namespace Wardkeeper.DeviceAgent;

/// <summary>The program: its commands and nothing else.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) => Commands.RunAsync(args, Console.Out, Console.Error, TimeProvider.System, CancellationToken.None);
}
