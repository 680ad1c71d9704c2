import Addresses
import Glibc
import NIOCore

extension SocketAddress {
    /// The address of the machine, an IPv4 one also where a socket for both writes it as IPv6; nil where there is none.
    var ip: IPAddress? {
        unsafe withSockAddr { address, size in
            let bytes = unsafe UnsafeRawBufferPointer(start: address, count: size)
            // By the offsets of `sin_addr` and `sin6_addr`.
            switch unsafe Int32(address.pointee.sa_family) {
            case AF_INET: return unsafe IPAddress(bytes: Array(bytes[4..<8]))
            case AF_INET6: return unsafe IPAddress(bytes: Array(bytes[8..<24])).unmapped
            default: return nil
            }
        }
    }
}
