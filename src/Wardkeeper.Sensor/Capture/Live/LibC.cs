using System.Runtime.InteropServices;

namespace Wardkeeper.Sensor.Capture.Live;

/// <summary>The few calls of Linux's C library that listening needs. None of them sends.</summary>
internal static unsafe partial class LibC
{
    public const int AfInet = 2, AfPacket = 17, SockDgram = 2, SockRaw = 3, CloseOnExec = 0x80000;
    public const int SolSocket = 1, SolPacket = 263;
    public const int PermissionError = 1, NoMemoryError = 12, NoDeviceError = 19, InterruptedError = 4, NoBuffersError = 105;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int socket, void* address, uint length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int socket, int level, int option, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(int socket, int level, int option, void* value, uint* length);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int socket, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    public static partial int Unmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "adjtimex")]
    public static partial int AdjustTime(void* timex);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int file);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public const short In = 1, Error = 8;

        public int File;
        public short Events, Happened;
    }
}
