using System.Net;
using System.Net.Sockets;
using System.Text;
using Wardkeeper.Lab.Services.Shells;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Shells;

/// <summary>A login over telnet, mostly with the account and password that every device has: a small client by RFC 854, which takes the server's echo and refuses all other options.</summary>
internal sealed class TelnetCall : IDisposable
{
    private const byte Iac = 255, Dont = 254, Do = 253, Wont = 252, Will = 251, SubBegin = 250, SubEnd = 240;
    private const byte Echo = 1, SuppressGoAhead = 3;
    private const string Prompt = "$ ";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly NetworkStream stream;
    private readonly StringBuilder shown = new();
    private readonly List<byte> command = [];
    private readonly HashSet<(byte, byte)> answered = [];
    private int read;

    private TelnetCall(NetworkStream stream) => this.stream = stream;

    /// <summary>Logs in, runs a command and leaves.</summary>
    /// <returns>Everything that the user saw.</returns>
    /// <exception cref="LabException">The device did not ask, or refused.</exception>
    public static async Task<string> RunAsync(HostNamespace from, IPAddress device, string command, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Limit);
        using TelnetCall call = new(await from.ConnectAsync(device, TelnetService.Port, cancel));
        try
        {
            await call.AwaitAsync("login: ", limit.Token);
            await call.TypeAsync(DeviceSystem.User, limit.Token);
            await call.AwaitAsync("Password: ", limit.Token);
            await call.TypeAsync(DeviceSystem.Password, limit.Token);
            await call.AwaitAsync(Prompt, limit.Token);
            await call.TypeAsync(command, limit.Token);
            await call.AwaitAsync("\n" + Prompt, limit.Token);
            await call.TypeAsync("exit", limit.Token);
            while (await call.ReadAsync(limit.Token))
            {
                // What comes until the device hangs up.
            }
            return call.shown.ToString();
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new LabException($"{device} did not let {from.Device.Key} in over telnet; it showed: {call.shown}");
        }
    }

    /// <summary>Tries a name and a password, and leaves.</summary>
    /// <returns>Whether the device lets one in with them.</returns>
    /// <exception cref="LabException">The device did not ask, or did not answer.</exception>
    public static async Task<bool> TryAsync(HostNamespace from, IPAddress device, string name, string password, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Limit);
        using TelnetCall call = new(await from.ConnectAsync(device, TelnetService.Port, cancel));
        try
        {
            await call.AwaitAsync("login: ", limit.Token);
            await call.TypeAsync(name, limit.Token);
            await call.AwaitAsync("Password: ", limit.Token);
            await call.TypeAsync(password, limit.Token);
            // Refused, it asks for another name, or hangs up after some.
            while (!call.shown.ToString(call.read, call.shown.Length - call.read).Contains("incorrect", StringComparison.Ordinal))
            {
                if (call.shown.ToString(call.read, call.shown.Length - call.read).EndsWith(Prompt, StringComparison.Ordinal)) return true;
                if (!await call.ReadAsync(limit.Token)) return false;
            }
            return false;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new LabException($"{device} did not answer {from.Device.Key} over telnet; it showed: {call.shown}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private async Task TypeAsync(string text, CancellationToken cancel)
    {
        read = shown.Length;
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text + "\r\n"), cancel);
    }

    /// <summary>Waits until the screen ends with a text that came after the last input.</summary>
    private async Task AwaitAsync(string text, CancellationToken cancel)
    {
        while (shown.Length - read < text.Length || !shown.ToString(read, shown.Length - read).EndsWith(text, StringComparison.Ordinal))
        {
            if (!await ReadAsync(cancel)) throw new LabException($"the device hung up before '{text}'; it showed: {shown}");
        }
    }

    private async Task<bool> ReadAsync(CancellationToken cancel)
    {
        byte[] buffer = new byte[4096];
        int count;
        try
        {
            count = await stream.ReadAsync(buffer, cancel);
        }
        catch (IOException)
        {
            // telnetd may reset when the shell is gone.
            return false;
        }
        for (int i = 0; i < count; i++)
        {
            if (command.Count > 0 || buffer[i] == Iac) await TakeCommandAsync(buffer[i], cancel);
            else shown.Append((char)buffer[i]);
        }
        return count > 0;
    }

    /// <summary>One byte of a command: IAC and a verb, with an option, or a subnegotiation to its end. An option is answered once (RFC 854, p. 3: no loops).</summary>
    private async Task TakeCommandAsync(byte next, CancellationToken cancel)
    {
        command.Add(next);
        if (command.Count == 1) return;
        byte verb = command[1];
        if (verb == SubBegin && !(command.Count > 3 && command[^2] == Iac && next == SubEnd)) return;
        if (verb is Will or Wont or Do or Dont && command.Count < 3) return;
        command.Clear();
        if (verb is not (Will or Do) || !answered.Add((verb, next))) return;
        byte answer = verb == Do ? Wont : next is Echo or SuppressGoAhead ? Do : Dont;
        await stream.WriteAsync((byte[])[Iac, answer, next], cancel);
    }
}
