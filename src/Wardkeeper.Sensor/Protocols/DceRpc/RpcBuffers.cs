using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures.Buffers;

namespace Wardkeeper.Sensor.Protocols.DceRpc;

/// <summary>Offers calls and answers to signatures: interface, operation, and arguments or results.</summary>
internal static class RpcBuffers
{
    /// <summary>Offers one unit of a call or an answer.</summary>
    /// <param name="pdu">The unit.</param>
    /// <param name="side">Who sent it.</param>
    /// <param name="id">The interface, if the binding was seen.</param>
    /// <param name="number">The operation; negative if it is not known.</param>
    /// <param name="into">Where it goes.</param>
    public static void Offer(in RpcPdu pdu, Side side, Guid? id, int number, IBufferSink into)
    {
        if ((pdu.Flags & RpcPdu.FirstFragment) != 0)
        {
            if (id is { } known) into.Offer(BufferName.DceInterface, side, Encoding.ASCII.GetBytes(known.ToString()));
            if (number >= 0) into.Offer(BufferName.DceOpnum, side, number);
        }
        into.Append(BufferName.DceStub, side, pdu.Stub);
        if ((pdu.Flags & RpcPdu.LastFragment) != 0) into.Complete(side);
    }
}
