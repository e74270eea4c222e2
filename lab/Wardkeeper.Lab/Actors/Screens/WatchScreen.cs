using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Services.Screens;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Screens;

/// <summary>Looks at a screen: a small viewer by RFC 6143 that takes one whole picture in raw encoding. It knows the security types None and VNC Authentication.</summary>
internal sealed class WatchScreen : IActor<ScreenWatched>
{
    private const byte NoSecurity = 1, VncAuthentication = 2, SetEncodings = 2, UpdateRequest = 3, Update = 0, Bell = 2, CutText = 3;
    private const int LongestText = 4096;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public async Task ActAsync(ScreenWatched what, HospitalSite site, CancellationToken cancel)
    {
        HostNamespace server = site[what.Server];
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Limit);
        try
        {
            await using NetworkStream stream = await site[what.Actor].ConnectAsync(server.Device.Ip, VncService.Port, limit.Token);
            await LookAsync(stream, server, limit.Token);
        }
        catch (EndOfStreamException e)
        {
            throw new LabException($"{what.Server} closed its screen to {what.Actor}", e);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new LabException($"{what.Server} does not show its screen to {what.Actor}");
        }
    }

    /// <summary>Logs in on an open connection and takes one picture.</summary>
    /// <exception cref="LabException">The screen is not shown.</exception>
    public static async Task LookAsync(NetworkStream stream, HostNamespace server, CancellationToken cancel)
    {
        await BeginAsync(stream, cancel);
        await TakePictureAsync(stream, server, cancel);
    }

    /// <summary>Versions and security, section 7.1.</summary>
    private static async Task BeginAsync(NetworkStream stream, CancellationToken cancel)
    {
        byte[] version = await ReadAsync(stream, 12, cancel);
        if (!version.AsSpan().SequenceEqual("RFB 003.008\n"u8)) throw new LabException($"the screen speaks {Encoding.ASCII.GetString(version).Trim()}");
        await stream.WriteAsync(version, cancel);
        byte[] types = await ReadAsync(stream, (await ReadAsync(stream, 1, cancel))[0], cancel);
        byte type = types.Contains(NoSecurity) ? NoSecurity : types.Contains(VncAuthentication) ? VncAuthentication : throw new LabException($"the screen offers only the security types {string.Join(", ", types)}");
        await stream.WriteAsync((byte[])[type], cancel);
        if (type == VncAuthentication) await stream.WriteAsync(Answer(await ReadAsync(stream, 16, cancel), DeviceSystem.Password), cancel);
        if (BinaryPrimitives.ReadUInt32BigEndian(await ReadAsync(stream, 4, cancel)) != 0) throw new LabException("the screen refuses the password");
    }

    /// <summary>The challenge in DES under the password's first 8 characters, section 7.2.2; all programs take the bits of each character in the other order, which the text does not say.</summary>
    private static byte[] Answer(byte[] challenge, string password)
    {
        byte[] key = new byte[8];
        for (int i = 0; i < Math.Min(8, password.Length); i++)
        {
            for (int bit = 0; bit < 8; bit++) key[i] |= (byte)(((password[i] >> bit) & 1) << (7 - bit));
        }
#pragma warning disable CA5351 // The protocol has no other cipher.
        using DES des = DES.Create();
#pragma warning restore CA5351
        des.Key = key;
        return des.EncryptEcb(challenge, PaddingMode.None);
    }

    /// <summary>One picture, sections 7.3 to 7.6.</summary>
    private static async Task TakePictureAsync(NetworkStream stream, HostNamespace server, CancellationToken cancel)
    {
        await stream.WriteAsync((byte[])[1], cancel);
        byte[] begin = await ReadAsync(stream, 24, cancel);
        (int width, int height, int bytes) = (BinaryPrimitives.ReadUInt16BigEndian(begin), BinaryPrimitives.ReadUInt16BigEndian(begin.AsSpan(2)), begin[4] / 8);
        string name = Encoding.UTF8.GetString(await ReadAsync(stream, TextLength(begin.AsSpan(20)), cancel));
        if (!name.Contains(server.Device.Model, StringComparison.Ordinal)) throw new LabException($"the screen of {server.Device.Key} is called {name}");
        await stream.WriteAsync((byte[])[SetEncodings, 0, 0, 1, 0, 0, 0, 0, UpdateRequest, 0, 0, 0, 0, 0, begin[0], begin[1], begin[2], begin[3]], cancel);
        for (long pixels = 0; pixels < (long)width * height;)
        {
            byte kind = (await ReadAsync(stream, 1, cancel))[0];
            switch (kind)
            {
                case Update:
                    pixels += await TakeRectanglesAsync(stream, bytes, cancel);
                    break;
                case Bell:
                    break;
                case CutText:
                    await ReadAsync(stream, TextLength((await ReadAsync(stream, 7, cancel)).AsSpan(3)), cancel);
                    break;
                default:
                    throw new LabException($"the screen sends a message of type {kind}, which nobody asked for");
            }
        }
    }

    /// <summary>The pixels of one update.</summary>
    private static async Task<long> TakeRectanglesAsync(NetworkStream stream, int bytes, CancellationToken cancel)
    {
        long pixels = 0;
        int count = BinaryPrimitives.ReadUInt16BigEndian((await ReadAsync(stream, 3, cancel)).AsSpan(1));
        for (int i = 0; i < count; i++)
        {
            byte[] head = await ReadAsync(stream, 12, cancel);
            int area = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(4)) * BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(6));
            if (BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(8)) != 0) throw new LabException("the screen sends another encoding than raw");
            await ReadAsync(stream, area * bytes, cancel);
            pixels += area;
        }
        return pixels;
    }

    private static int TextLength(ReadOnlySpan<byte> length)
    {
        uint count = BinaryPrimitives.ReadUInt32BigEndian(length);
        return count <= LongestText ? (int)count : throw new LabException($"the screen sends a text of {count} bytes");
    }

    private static async Task<byte[]> ReadAsync(NetworkStream stream, int count, CancellationToken cancel)
    {
        byte[] bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, cancel);
        return bytes;
    }
}
