const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** What Debian's /etc/services calls ports; PVE passes its other names of the same port over. */
export const SERVICES = words(`
  acr-nema afpovertcp afs3-bos afs3-callback afs3-fileserver afs3-kaserver afs3-prserver afs3-rmtsys afs3-update
  afs3-vlserver afs3-volser amanda amandaidx amidxtape amqp amqps asf-rmcp asp auth babel bacula-dir bacula-fd
  bacula-sd bbs bgp bgpd biff binkp bootpc bootps canna cfengine chargen cisco-sccp clc-build-daemon clearcase
  cmip-agent cmip-man codaauth2 codasrv codasrv-se csync2 cvspserver daap datametrics daytime db-lsp dcap
  dhcpv6-client dhcpv6-server dicom dict dircproxy discard distcc domain domain-s echo epmap epmd exec f5-globalsite
  f5-iquery fax fido finger font-service freeciv fsp ftp ftp-data ftps ftps-data gdomap gds-db git gnunet
  gnutella-rtr gnutella-svc gopher gpsd gris groupwise gsidcap gsiftp gsigatekeeper hkp http http-alt https hylafax
  iax icpv2 imap2 imaps ingreslock ipp iprop ipsec-nat-t ipx ircd ircs-u isakmp iscsi-target isisd isns iso-tsap
  kamanda kerberos kerberos-adm kerberos-master kerberos4 kermit klogin kpasswd krb-prop kshell l2f ldap ldaps ldp
  login lotusnote mailq mdns microsoft-ds moira-db moira-update moira-ureg mon ms-sql-m ms-sql-s ms-wbt-server mtn
  munin mysql mysql-proxy nbd netbios-dgm netbios-ns netbios-ssn netstat nfs nntp nntps nqs nrpe nsca ntalk ntp
  ntske nut omniorb openvpn ospf6d ospfapi ospfd passwd-server pawserv pop3 pop3s poppassd postgresql predict
  printer proofd ptp-event ptp-general puppet qmqp qmtp qotd radius radius-acct radmin-port redis remctl ripd ripngd
  rmiregistry rmtcfg rootd route rpc2portmap rplay rsync rtcm-sc104 rtsp sa-msg-port saft sane-port sge-execd
  sge-qmaster sgi-cad sgi-cmsd sgi-crsd sgi-gcd shell sieve silc sip sip-tls skkserv smtp smux snmp snmp-trap snpp
  socks spamd ssh submission submissions sunrpc supfiledbg supfilesrv suucp svn svrloc syslog syslog-tls sysrqd
  systat tacacs talk tcpmux telnet telnets tfido tftp time tinc tproxy uucp venus venus-se webmin who whois wnn6 x11
  x11-1 x11-2 x11-3 x11-4 x11-5 x11-6 x11-7 xdmcp xinetd xmms2 xmpp-client xmpp-server xtel xtelw z3950 zabbix-agent
  zabbix-trapper zebra zebrasrv zephyr-clt zephyr-hm zephyr-srv zope zope-ftp zserv
`);

/** What Debian's /etc/protocols calls protocols, and the one name that PVE adds. */
export const PROTOCOLS = words(`
  ip hopopt icmp igmp ggp ipencap st tcp egp igp pup udp hmp xns-idp rdp iso-tp4 dccp xtp ddp idpr-cmtp ipv6
  ipv6-route ipv6-frag idrp rsvp gre esp ah skip ipv6-icmp ipv6-nonxt ipv6-opts rspf vmtp eigrp ospf ax.25 ipip
  etherip encap pim ipcomp vrrp l2tp isis sctp fc mobility-header udplite mpls-in-ip manet hip shim6 wesp rohc
  ethernet mptcp icmpv6
`);

export const PROTOCOL_NUMBERS = words(`
  0 0 1 2 3 4 5 6 8 9 12 17 20 22 27 29 33 36 37 38 41 43 44 45 46 47 50 51 57 58 59 60 73 81 88 89 93 94 97 98 103
  108 112 115 124 132 133 135 136 137 138 139 140 141 142 143 262
`);

/** What iptables and ip6tables call types of ICMP, as far as PVE knows them. */
export const ICMP_TYPES = words(`
  TOS-host-redirect TOS-host-unreachable TOS-network-redirect TOS-network-unreachable address-mask-reply
  address-mask-request address-unreachable any bad-header beyond-scope communication-prohibited
  destination-unreachable echo-reply echo-request failed-policy fragmentation-needed host-precedence-violation
  host-prohibited host-redirect host-unknown host-unreachable ip-header-bad neighbor-advertisement
  neighbor-solicitation neighbour-advertisement neighbour-solicitation network-prohibited network-redirect
  network-unknown network-unreachable no-route packet-too-big parameter-problem port-unreachable precedence-cutoff
  protocol-unreachable redirect reject-route required-option-missing router-advertisement router-solicitation
  source-quench source-route-failed time-exceeded timestamp-reply timestamp-request ttl-zero-during-reassembly
  ttl-zero-during-transit unknown-header-type unknown-option
`);
