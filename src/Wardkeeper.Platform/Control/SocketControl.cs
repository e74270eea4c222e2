using System.Net.Sockets;
using Wardkeeper.Platform.Data;

namespace Wardkeeper.Platform.Control;

/// <summary>Commands through the socket of the process that owns the data folder.</summary>
internal sealed class SocketControl(string folder) : IControl
{
    /// <summary>Longest silence of the owner while a command runs; long ones report as they go.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public async Task<ControlAnswer> RunAsync(ControlRequest request, Action<string> progress, CancellationToken cancel)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(DataFolder.SocketOf(folder)), cancel);
            await ControlProtocol.SendAsync(socket, request, cancel);
            LineReader lines = new(socket);
            while (true)
            {
                using CancellationTokenSource silence = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                silence.CancelAfter(Patience);
                byte[] line = await lines.ReadAsync(silence.Token) ?? throw new UserError("Wardkeeper ended before it answered. Look at its log, then try again.");
                ControlAnswer answer = ControlProtocol.Parse<ControlAnswer>(line);
                if (answer.IsDone) return answer;
                if (answer.Progress is not null) progress(answer.Progress);
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable)
        {
            throw new UserError($"The data folder {folder} is in use by {DataFolder.Owner(folder)}, which does not answer at its control socket. Wait until it has started or ended, then try again.");
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AccessDenied)
        {
            throw new UserError($"The data folder {folder} belongs to another user. Run this command as that user or as root.");
        }
        catch (SocketException e)
        {
            throw new UserError($"The running Wardkeeper could not be reached through {DataFolder.SocketOf(folder)}: {e.Message}");
        }
        catch (InvalidDataException e)
        {
            throw new UserError($"The running Wardkeeper answered something else: {e.Message} Restart it, so that both are of one release.");
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
