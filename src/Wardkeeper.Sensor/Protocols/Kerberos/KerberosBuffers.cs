using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures.Buffers;

namespace Wardkeeper.Sensor.Protocols.Kerberos;

/// <summary>Offers one message to signatures.</summary>
internal static class KerberosBuffers
{
    /// <summary>Kind, names and encryption.</summary>
    public static void Offer(KerberosMessage message, Side side, IBufferSink into)
    {
        into.Offer(BufferName.KerberosType, side, message.Kind & 0x1F);
        Names(BufferName.KerberosClient, message.Client, side, into);
        Names(BufferName.KerberosService, message.Service, side, into);
        if (message.Kind == KerberosMessage.Error) into.Offer(BufferName.KerberosError, side, message.ErrorCode);
        if (message.TicketCipherNumber is { } cipher) into.Offer(BufferName.KerberosEncryption, side, cipher);
        into.Complete(side);
    }

    private static void Names(BufferName buffer, string? name, Side side, IBufferSink into)
    {
        foreach (string part in name?.Split('/') ?? []) into.Offer(buffer, side, Encoding.UTF8.GetBytes(part));
    }
}
