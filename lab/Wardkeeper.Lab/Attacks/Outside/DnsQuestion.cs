using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Outside;

/// <summary>Asks a resolver for the address of a name over UDP. RFC 1035, 4.</summary>
internal static class DnsQuestion
{
    private const int Port = 53, HeaderLength = 12, RecursionDesired = 0x0100, TypeA = 1, ClassIn = 1, MostPatience = 3000;

    /// <summary>Asks once.</summary>
    /// <param name="from">Who asks.</param>
    /// <param name="server">The resolver.</param>
    /// <param name="name">The name.</param>
    /// <param name="number">The question's number.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>Response code and number of answers.</returns>
    /// <exception cref="LabException">No answer comes.</exception>
    public static async Task<(int Code, int Answers)> AskAsync(HostNamespace from, IPAddress server, string name, ushort number, CancellationToken cancel)
    {
        using Socket socket = from.Datagrams(0);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(MostPatience);
        byte[] answer = new byte[512];
        try
        {
            await socket.SendToAsync(Question(name, number), new IPEndPoint(server, Port), limit.Token);
            int length = (await socket.ReceiveFromAsync(answer, new IPEndPoint(IPAddress.Any, 0), limit.Token)).ReceivedBytes;
            if (length < HeaderLength || BinaryPrimitives.ReadUInt16BigEndian(answer) != number) throw new LabException($"{server} answered another question than {name}");
            return (answer[3] & 15, BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(6)));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new LabException($"{server} does not answer {from.Device.Key} for {name}");
        }
    }

    private static byte[] Question(string name, ushort number)
    {
        List<byte> question = [(byte)(number >> 8), (byte)number, RecursionDesired >> 8, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        foreach (string label in name.Split('.'))
        {
            question.Add((byte)label.Length);
            question.AddRange(Encoding.ASCII.GetBytes(label));
        }
        return [.. question, 0, 0, TypeA, 0, ClassIn];
    }
}
