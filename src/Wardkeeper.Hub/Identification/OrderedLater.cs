using System.Collections;

namespace Wardkeeper.Hub.Identification;

/// <summary>A list that is put in order when somebody first looks at it: of thousands of devices that are decided, few are looked at.</summary>
/// <param name="order">Makes the list.</param>
internal sealed class OrderedLater<T>(Func<IReadOnlyList<T>> order) : IReadOnlyList<T>
{
    private IReadOnlyList<T>? ordered;

    public int Count => Ordered.Count;

    public T this[int index] => Ordered[index];

    private IReadOnlyList<T> Ordered => Volatile.Read(ref ordered) ?? Interlocked.CompareExchange(ref ordered, order(), null) ?? ordered!;

    public IEnumerator<T> GetEnumerator() => Ordered.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
