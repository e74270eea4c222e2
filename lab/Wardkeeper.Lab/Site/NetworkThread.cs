using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wardkeeper.Lab.Site;

/// <summary>Does one thing on a thread that has entered a network namespace (setns(2)); the thread ends with it, so nothing else ever runs there.</summary>
internal static partial class NetworkThread
{
    private const int CloneNewNet = 0x40000000;

    /// <summary>Runs a function in a namespace and returns what it gave.</summary>
    /// <exception cref="Win32Exception">The namespace cannot be entered.</exception>
    public static T In<T>(string name, Func<T> what)
    {
        T result = default!;
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                using SafeFileHandle handle = File.OpenHandle("/run/netns/" + name);
                if (SetNs(handle, CloneNewNet) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), $"cannot enter the network namespace {name}");
                result = what();
            }
            catch (Exception e)
            {
                failure = e;
            }
        }, 128 * 1024);
        thread.Start();
        thread.Join();
        return failure is null ? result : throw failure;
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNs(SafeFileHandle descriptor, int kind);
}
