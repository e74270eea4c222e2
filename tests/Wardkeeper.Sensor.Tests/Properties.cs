using CsCheck;

namespace Wardkeeper.Sensor.Tests;

/// <summary>
/// Checks properties on generated inputs: the same ones in every run, so that a run that passed passes again. With
/// WARDKEEPER_ALL=1 (<c>./test --all</c>) new random ones as well, shrunk when one fails.
/// </summary>
internal static class Properties
{
    private static readonly bool All = Environment.GetEnvironmentVariable("WARDKEEPER_ALL") == "1";

    public static void Holds<T>(this Gen<T> gen, Action<T> check, long iter = 100)
    {
        for (long i = 0; i < iter; i++)
        {
            T input = gen.Generate(new PCG(1, (ulong)i), null, out _);
            try
            {
                check(input);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                throw new InvalidOperationException($"input {i}: {e.Message}", e);
            }
        }
        if (All) gen.Sample(check, iter: iter * 10);
    }

    public static void Holds<T>(this Gen<T> gen, Func<T, bool> check, long iter = 100) =>
        Holds(gen, input => Assert.True(check(input)), iter);

    public static void Holds<T1, T2>(this Gen<(T1, T2)> gen, Action<T1, T2> check, long iter = 100) => Holds(gen, one => check(one.Item1, one.Item2), iter);

    public static void Holds<T1, T2>(this Gen<(T1, T2)> gen, Func<T1, T2, bool> check, long iter = 100) => Holds(gen, one => check(one.Item1, one.Item2), iter);

    public static void Holds<T1, T2, T3>(this Gen<(T1, T2, T3)> gen, Action<T1, T2, T3> check, long iter = 100) => Holds(gen, one => check(one.Item1, one.Item2, one.Item3), iter);

    public static void Holds<T1, T2, T3>(this Gen<(T1, T2, T3)> gen, Func<T1, T2, T3, bool> check, long iter = 100) => Holds(gen, one => check(one.Item1, one.Item2, one.Item3), iter);

    public static void Holds<T1, T2, T3, T4>(this Gen<(T1, T2, T3, T4)> gen, Action<T1, T2, T3, T4> check, long iter = 100) => Holds(gen, one => check(one.Item1, one.Item2, one.Item3, one.Item4), iter);

    public static void Holds<T1, T2, T3, T4>(this Gen<(T1, T2, T3, T4)> gen, Func<T1, T2, T3, T4, bool> check, long iter = 100) => Holds(gen, one => check(one.Item1, one.Item2, one.Item3, one.Item4), iter);

    public static void Holds<T1, T2, T3, T4, T5>(this Gen<(T1, T2, T3, T4, T5)> gen, Action<T1, T2, T3, T4, T5> check, long iter = 100) => Holds(gen, one => check(one.Item1, one.Item2, one.Item3, one.Item4, one.Item5), iter);

    public static void Holds<T1, T2, T3, T4, T5>(this Gen<(T1, T2, T3, T4, T5)> gen, Func<T1, T2, T3, T4, T5, bool> check, long iter = 100) => Holds(gen, one => check(one.Item1, one.Item2, one.Item3, one.Item4, one.Item5), iter);

    public static void Holds<T1, T2, T3, T4, T5, T6>(this Gen<(T1, T2, T3, T4, T5, T6)> gen, Action<T1, T2, T3, T4, T5, T6> check, long iter = 100) => Holds(gen, one => check(one.Item1, one.Item2, one.Item3, one.Item4, one.Item5, one.Item6), iter);

    public static void Holds<T1, T2, T3, T4, T5, T6>(this Gen<(T1, T2, T3, T4, T5, T6)> gen, Func<T1, T2, T3, T4, T5, T6, bool> check, long iter = 100) => Holds(gen, one => check(one.Item1, one.Item2, one.Item3, one.Item4, one.Item5, one.Item6), iter);
}
