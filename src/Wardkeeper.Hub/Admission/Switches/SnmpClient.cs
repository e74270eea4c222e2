using System.Formats.Asn1;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Wardkeeper.Hub.Admission.Switches;

/// <summary>Reads tables of a switch over SNMPv2c or SNMPv3. One question at a time; not for several threads.</summary>
/// <param name="access">Where, and by which right.</param>
internal sealed class SnmpClient(SnmpAccess access) : IDisposable
{
    /// <summary>Most values that one table may have; a switch that goes on has no end.</summary>
    public const int MostValues = 200_000;

    private const int Repetitions = 32, Tries = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly Socket socket = new(access.Address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte[] buffer = new byte[65_536];
    private SnmpEngineState engine = new([], 0, 0);
    private int request = RandomNumberGenerator.GetInt32(1, 1 << 30);

    /// <summary>All values below a name, in order.</summary>
    /// <exception cref="SnmpException">It does not answer, refuses, or answers what cannot be read.</exception>
    public async Task<List<SnmpValue>> WalkAsync(string root, CancellationToken cancel)
    {
        List<SnmpValue> values = [];
        string prefix = root + ".", last = root;
        while (true)
        {
            SnmpAnswer answer = await AskAsync(last, cancel);
            if (answer.Error != 0) throw new SnmpException(FormattableString.Invariant($"{access} answers with error {answer.Error} to {root}."));
            foreach (SnmpValue value in answer.Values)
            {
                if (!value.Name.StartsWith(prefix, StringComparison.Ordinal)) return values;
                if (values.Count >= MostValues || value.Name == last) throw new SnmpException($"{access} does not come to an end at {root}.");
                values.Add(value);
                last = value.Name;
            }
            if (answer.IsEnd || answer.Values.Count == 0) return values;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private async Task<SnmpAnswer> AskAsync(string name, CancellationToken cancel)
    {
        if (access.Community is { } community)
        {
            int number = ++request;
            return await ExchangeAsync(SnmpMessage.Ask(community, number, name, Repetitions), datagram => SnmpMessage.Read(datagram) is { } answer && answer.Request == number ? answer : null, cancel);
        }
        // An engine that was started again, or whose clock ran away, says so in a report: it is asked once more.
        for (int i = 0; i < 3; i++)
        {
            if (engine.Id.Length == 0) await DiscoverAsync(cancel);
            int number = ++request;
            SnmpReply reply = await ExchangeAsync(SnmpMessage.Ask(access, engine, number, name, Repetitions), datagram => SnmpMessage.Read(access, engine, datagram) is { } one && (one.IsReport || one.Answer.Request == number) ? one : null, cancel);
            if (!reply.IsReport)
            {
                engine = engine with { Boots = reply.Engine.Boots, Time = reply.Engine.Time };
                return reply.Answer;
            }
            if (i > 0) throw new SnmpException($"{access} refuses: {Reported(reply.Answer)}.");
            engine = Keyed(reply.Engine);
        }
        throw new SnmpException($"{access} refuses.");
    }

    private async Task DiscoverAsync(CancellationToken cancel)
    {
        SnmpReply reply = await ExchangeAsync<SnmpReply>(SnmpMessage.Ask(access, engine, ++request, null, 0), datagram => SnmpMessage.Read(access, engine, datagram), cancel);
        engine = Keyed(reply.Engine);
    }

    private SnmpEngineState Keyed(SnmpEngineState seen) => seen with
    {
        SignKey = access.SignPassword is { Length: > 0 } sign ? UsmKeys.Of(sign, seen.Id, access.Hash) : null,
        HideKey = access.HidePassword is { Length: > 0 } hide ? UsmKeys.Of(hide, seen.Id, access.Hash) : null,
    };

    private static string Reported(SnmpAnswer report) => report.Values is [var value, ..] ? value.Name switch
    {
        "1.3.6.1.6.3.15.1.1.1.0" => "this level of security is not supported",
        "1.3.6.1.6.3.15.1.1.2.0" => "the clocks differ",
        "1.3.6.1.6.3.15.1.1.3.0" => "the user is not known",
        "1.3.6.1.6.3.15.1.1.5.0" => "the password is wrong",
        "1.3.6.1.6.3.15.1.1.6.0" => "the message could not be decrypted",
        _ => value.Name,
    } : "no reason";

    private async Task<T> ExchangeAsync<T>(byte[] question, Func<byte[], T?> read, CancellationToken cancel)
        where T : class
    {
        IPEndPoint to = new(access.Address, access.Port);
        for (int i = 0; i < Tries; i++)
        {
            await socket.SendToAsync(question, SocketFlags.None, to, cancel);
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(Patience);
            try
            {
                while (true)
                {
                    SocketReceiveFromResult got = await socket.ReceiveFromAsync(buffer, SocketFlags.None, to, patience.Token);
                    if (!((IPEndPoint)got.RemoteEndPoint).Address.Equals(access.Address)) continue;
                    if (read(buffer[..got.ReceivedBytes]) is { } answer) return answer;
                }
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                // It is asked again.
            }
            catch (Exception e) when (e is AsnContentException or OverflowException)
            {
                throw new SnmpException($"{access} answers what is no SNMP.", e);
            }
            catch (SocketException e)
            {
                throw new SnmpException($"{access} cannot be reached: {e.Message}", e);
            }
        }
        throw new SnmpException($"{access} does not answer; look at address, port, community or user.");
    }
}
